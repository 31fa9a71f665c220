#include <microhttpd.h>

// MHD_start_daemon and MHD_set_connection_option are variadic, which Swift cannot call: each combination of options the
// simulator uses has a function here.
