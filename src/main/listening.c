/* The socket that requests come in at. */
#include "main/listening.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"
#include "main/handover.h"
#include "web/call.h"

#define BACKLOG 4096
#define SYSTEMD_FD 3

/* The number in a variable of the environment; -1: there is none. */
static int64_t
number(const char *name)
{
	const char *text = getenv(name);
	int64_t n;
	return text != NULL && text_to_int(text, 0, INT32_MAX, &n) ? n : -1;
}

/* What systemd has opened for this process, or -1. It is nothing for those
 * that this one starts. */
static int
take_from_systemd(struct buf *why)
{
	int64_t fds = number("LISTEN_FDS");
	bool ours = number("LISTEN_PID") == getpid() && fds > 0;
	unsetenv("LISTEN_PID");
	unsetenv("LISTEN_FDS");
	unsetenv("LISTEN_FDNAMES");
	if (!ours)
		return -1;
	if (fds > 1 || !web_is_listening(SYSTEMD_FD)) {
		buf_str(why,
		    fds > 1 ? "systemd gives more than one socket"
			    : "what systemd gives is no listening socket");
		return -1;
	}
	fcntl(SYSTEMD_FD, F_SETFD, FD_CLOEXEC);
	return SYSTEMD_FD;
}

/* 0: there is nothing of that name. */
static uint64_t
inode_of(const char *path)
{
	struct stat st;
	return lstat(path, &st) == 0 ? st.st_ino : 0;
}

static int
make(const struct fcgi_options *o, struct buf *why)
{
	mode_t mode = o->mode != 0  ? o->mode
	    : o->group != (gid_t)-1 ? 0660
				    : 0600;
	int fd = web_listen(o->listen, BACKLOG, o->group, mode);
	if (fd < 0)
		buf_fmt(
		    why, "cannot listen on %s: %s", o->listen, strerror(errno));
	else
		fcntl(fd, F_SETFD, FD_CLOEXEC);
	return fd;
}

bool
listening_open(
    struct listening *l, const struct fcgi_options *o, struct buf *why)
{
	bool standard = o->listen == NULL || strcmp(o->listen, "-") == 0;
	*l = (struct listening){.many = true, .path = o->listen};
	l->fd = handover_take(&l->made);
	if (l->fd < 0)
		l->fd = take_from_systemd(why);
	if (why->len > 0)
		return false;
	if (l->fd >= 0)
		return true;

	if (!standard) {
		l->fd = make(o, why);
		l->made = inode_of(l->path);
		return l->fd >= 0;
	}
	*l = (struct listening){.many = o->listen != NULL};
	l->cgi = !l->many && web_is_cgi();
	if (!l->cgi && !web_is_socket(l->fd))
		buf_str(
		    why, "standard input is no FastCGI socket; use --listen");
	return why->len == 0;
}

void
listening_close(const struct listening *l)
{
	if (l->made != 0 && inode_of(l->path) == l->made)
		unlink(l->path);
	close(l->fd);
}
