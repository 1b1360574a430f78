/* Where requests come in. */
#include <fcgiapp.h>
#include <fcgios.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "web/call.h"
#include "web/cgi.h"

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

bool
web_is_listening(int fd)
{
	int on = 0;
	socklen_t len = sizeof(on);
	return getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &on, &len) == 0 &&
	    on != 0;
}

bool
web_is_cgi(void)
{
	return cgi_is();
}

void
web_let_go(void)
{
	cgi_let_go();
}

int
web_listen(const char *path, int backlog, gid_t gid, mode_t mode)
{
	/* For this user only, from the first moment on. */
	unlink(path);
	mode_t before = umask(0177);
	int fd = FCGX_OpenSocket(path, backlog);
	umask(before);
	if (fd >= 0 &&
	    (chown(path, (uid_t)-1, gid) != 0 || chmod(path, mode) != 0)) {
		close(fd);
		unlink(path);
		return -1;
	}
	return fd;
}
