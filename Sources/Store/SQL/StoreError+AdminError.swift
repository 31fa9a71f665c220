package import AdminCore

extension AdminError {
  /// What a caller is told of a fault in the store; the fault itself goes along for the log.
  package init(_ error: StoreError) {
    let (code, message) = Self.verdict(on: error.code)
    self.init(code, message, cause: error.description)
  }

  private static func verdict(on result: StoreError.ResultCode) -> (ErrorCode, String) {
    switch result.primary {
    case .busy, .locked:
      (
        .storeBusy,
        "The store is locked by another process. It was not changed; try again, and look for a hung server process "
          + "if it persists."
      )
    case .full:
      (.storeReadOnly, "The disk of the store is full. It was not changed; free some space, reading still works.")
    case .readOnly, .permission:
      (
        .storeReadOnly,
        "The store cannot be written. It was not changed; check the owner and the mode of its file and directory, "
          + "and whether the disk is mounted read-only."
      )
    case .ioError, .cannotOpen:
      (
        .storeReadOnly,
        "The store's file could not be read or written. It was not changed; check the disk, its free space and the "
          + "permissions."
      )
    case .notADatabase: (.cannotDecrypt, "The store cannot be opened with this key, or is not an encrypted store.")
    case .corrupt:
      (.cannotDecrypt, "The store is damaged. Stop the server, keep a copy of the file and restore a backup.")
    default: (.internalFault, "The store failed in a way that is a fault of this program; its log says more.")
    }
  }

  /// The error for `error`, whatever it is, that escaped from a transaction.
  init(escaping error: any Error) {
    switch error {
    case let error as AdminError: self = error
    case let error as StoreError: self.init(error)
    case is CancellationError: self = .cancelled
    default:
      self.init(
        .internalFault, "The store failed in a way that is a fault of this program; its log says more.",
        cause: String(describing: error))
    }
  }
}
