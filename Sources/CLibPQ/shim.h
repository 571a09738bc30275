#include <libpq-fe.h>
/* What the client's reactor waits with; Swift's Glibc module does not cover it. */
#include <sys/epoll.h>
#include <sys/eventfd.h>
