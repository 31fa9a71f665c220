// The key functions are declared only when the codec is asked for.
#ifndef SQLITE_HAS_CODEC
#define SQLITE_HAS_CODEC 1
#endif
#include <sqlcipher/sqlite3.h>
#include <sys/vfs.h>

// SQLITE_TRANSIENT is a cast that Swift cannot import: SQLite copies the bytes before these return. An empty text may
// come without an address, which SQLite would take for NULL.

static inline int m365_bind_text(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return sqlite3_bind_text(statement, index, bytes ? (const char *)bytes : "", count, SQLITE_TRANSIENT);
}

static inline int m365_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, int count) {
  return count == 0 ? sqlite3_bind_zeroblob(statement, index, 0)
                    : sqlite3_bind_blob(statement, index, bytes, count, SQLITE_TRANSIENT);
}

// Reads from the main file through the descriptor SQLite itself holds. Opening the file a second time would be wrong:
// closing that descriptor drops every lock the process has on the file (POSIX advisory locks, fcntl(2)).
static inline int m365_read_file(sqlite3 *database, void *bytes, int count, sqlite3_int64 offset) {
  sqlite3_file *file = 0;
  int status = sqlite3_file_control(database, "main", SQLITE_FCNTL_FILE_POINTER, &file);
  if (status != SQLITE_OK) return status;
  if (!file || !file->pMethods) return SQLITE_CANTOPEN;
  return file->pMethods->xRead(file, bytes, count, offset);
}

// The number of the file system that holds a path, by statfs(2), which the Glibc module leaves out; 0 when there is no
// such path.
static inline unsigned int m365_file_system(const char *path) {
  struct statfs facts;
  return statfs(path, &facts) == 0 ? (unsigned int)facts.f_type : 0;
}
