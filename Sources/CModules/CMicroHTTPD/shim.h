#include <microhttpd.h>
#include <string.h>

// MHD_start_daemon is variadic, which Swift cannot call: the one combination of options that the simulator uses has a
// function here.

// Leaves escapes as they are: the simulator wants every URL as it was received.
static inline size_t m365_httpd_keep_escapes(void *context, struct MHD_Connection *connection, char *text) {
  (void)context;
  (void)connection;
  return strlen(text);
}

// Serves each connection of a listening socket on a thread of its own. With a certificate and its key (both PEM) it
// serves TLS 1.2 and 1.3, without them plain HTTP.
static inline struct MHD_Daemon *m365_httpd_start(
    int listening_socket, unsigned int connection_limit, unsigned int idle_seconds, size_t memory_limit,
    size_t stack_size, const char *certificate, const char *key, void *context, MHD_AccessHandlerCallback access,
    void *(*begin)(void *context, const char *uri, struct MHD_Connection *connection),
    MHD_RequestCompletedCallback completed) {
  unsigned int flags = MHD_USE_INTERNAL_POLLING_THREAD | MHD_USE_THREAD_PER_CONNECTION | MHD_USE_POLL | MHD_USE_ITC |
                       MHD_USE_SUPPRESS_DATE_NO_CLOCK;
  struct MHD_OptionItem plain[] = {{MHD_OPTION_END, 0, NULL}};
  struct MHD_OptionItem tls[] = {
      {MHD_OPTION_HTTPS_MEM_CERT, 0, (void *)certificate},
      {MHD_OPTION_HTTPS_MEM_KEY, 0, (void *)key},
      {MHD_OPTION_HTTPS_PRIORITIES, 0, (void *)"NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2"},
      {MHD_OPTION_END, 0, NULL}};
  if (certificate != NULL) flags |= MHD_USE_TLS;
  return MHD_start_daemon(
      flags, 0, NULL, NULL, access, context,
      MHD_OPTION_LISTEN_SOCKET, listening_socket,
      MHD_OPTION_CONNECTION_LIMIT, connection_limit,
      MHD_OPTION_CONNECTION_TIMEOUT, idle_seconds,
      MHD_OPTION_CONNECTION_MEMORY_LIMIT, memory_limit,
      MHD_OPTION_THREAD_STACK_SIZE, stack_size,
      MHD_OPTION_UNESCAPE_CALLBACK, m365_httpd_keep_escapes, NULL,
      MHD_OPTION_URI_LOG_CALLBACK, begin, context,
      MHD_OPTION_NOTIFY_COMPLETED, completed, context,
      MHD_OPTION_ARRAY, certificate != NULL ? tls : plain,
      MHD_OPTION_END);
}
