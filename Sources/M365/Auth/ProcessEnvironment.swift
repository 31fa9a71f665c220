import Glibc

/// The environment this process was started with.
package enum ProcessEnvironment {
  package static func value(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }
}
