/// The bounds of one session. Each has an answer when it is reached.
package struct SessionLimits: Sendable {
  /// Requests that are worked on at the same time; more wait their turn.
  package var runningRequests = 256
  /// Requests that wait. Beyond that nothing more is read until one is done; while the client itself owes an answer,
  /// which might stand behind them, further requests are refused instead.
  package var waitingRequests = 1024
  /// The lines of all requests that wait or run, with the same consequence.
  package var requestBytes = 64 << 20
  package var batchMembers = 500
  /// Arguments of one tool call; more are answered with the error VAL_003.
  package var argumentBytes = 4 << 20
  package var openStreams = 32
  package var watchedResources = 1000
  /// Messages kept for a client that has not confirmed its handshake.
  package var heldBackMessages = 100
  package var uriLength = 2048

  /// How long a person at a handshake client has for an answer.
  package var askTimeout = Duration.seconds(600)
  /// How long the state of a modern request that was asked for more is good for.
  package var stateLifetime = Duration.seconds(900)
  /// How long running requests may go on once the input has ended.
  package var drainGrace = Duration.milliseconds(1500)
  /// How long requests may take to notice that they were cancelled at the end.
  package var cancellationGrace = Duration.milliseconds(200)
  /// How long the client may take to read the last answers.
  package var flushGrace = Duration.milliseconds(200)

  package var toolsPerPage = 250
  package var promptsPerPage = 100
  package var resourcesPerPage = 100
  package var templatesPerPage = 100

  package init() {}
}
