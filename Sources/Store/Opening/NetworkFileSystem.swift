import CSQLCipher

/// File systems on which SQLite's write-ahead log is not safe: its shared memory does not reach other machines, and
/// their locks cannot be trusted.
package enum NetworkFileSystem {
  /// The name of the network file system that holds `path`; `nil` for a local one.
  static func name(at path: String) -> String? { name(magic: m365_file_system(path)) }

  /// By the numbers of statfs(2).
  package static func name(magic: UInt32) -> String? {
    switch magic {
    case 0x6969: "NFS"
    case 0x517B: "SMB"
    case 0xFF53_4D42, 0xFE53_4D42: "CIFS"
    case 0x0102_1997: "9P"
    case 0x6573_5546: "FUSE"
    case 0x5346_414F: "AFS"
    case 0x7375_7245: "Coda"
    case 0x00C3_6400: "Ceph"
    case 0x0BD0_0BD0: "Lustre"
    case 0x4750_4653: "GPFS"
    case 0x0116_1970: "GFS2"
    case 0x7461_636F: "OCFS2"
    default: nil
    }
  }
}
