/* Where requests come in. */
#include <fcgiapp.h>
#include <fcgios.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/call.h"

bool
web_init(void)
{
	return FCGX_Init() == 0;
}

bool
web_is_socket(int fd)
{
	struct stat st;
	return fstat(fd, &st) == 0 && S_ISSOCK(st.st_mode);
}

void
web_shut_down(void)
{
	FCGX_ShutdownPending();
}

int
web_listen(const char *path, int backlog)
{
	/* For this user only, from the first moment on. */
	unlink(path);
	mode_t before = umask(0177);
	int fd = FCGX_OpenSocket(path, backlog);
	umask(before);
	return fd;
}
