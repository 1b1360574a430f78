/* Reading and writing small files. */
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void
say(struct buf *why, const char *what, const char *path)
{
	char text[128];
	/* The GNU form returns the text. */
	buf_fmt(why, "%s %s: %s", what, path,
	    strerror_r(errno, text, sizeof(text)));
}

bool
file_read(const char *path, struct buf *out, struct buf *why)
{
	bool std = strcmp(path, "-") == 0;
	int fd = std ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		say(why, "cannot read", path);
		return false;
	}

	char chunk[16384];
	ssize_t n;
	while ((n = read(fd, chunk, sizeof(chunk))) > 0)
		buf_add(out, chunk, (size_t)n);
	bool ok = n == 0 && buf_ok(out);
	if (n < 0)
		say(why, "cannot read", path);
	else if (!ok)
		buf_fmt(why, "%s is too large", path);
	if (!std)
		close(fd);
	return ok;
}

bool
file_write_secret(const char *path, const char *text, struct buf *why)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	buf_fmt(&name, "%s.XXXXXX", path);
	char *temp = buf_take(&name);
	int fd = temp == NULL ? -1 : mkostemp(temp, O_CLOEXEC);

	size_t len = strlen(text);
	bool ok =
	    fd >= 0 && write(fd, text, len) == (ssize_t)len && fsync(fd) == 0;
	if (fd >= 0 && close(fd) != 0)
		ok = false;
	ok = ok && rename(temp, path) == 0;
	if (!ok) {
		say(why, "cannot write", path);
		if (fd >= 0)
			unlink(temp);
	}
	free(temp);
	return ok;
}

bool
file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

const char *
file_temporary_folder(void)
{
	const char *folder = getenv("TMPDIR");
	return folder == NULL || *folder == '\0' ? "/tmp" : folder;
}

int
file_temporary(void)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	buf_fmt(&name, "%s/keywheel.XXXXXX", file_temporary_folder());
	char *path = buf_take(&name);
	int fd = path == NULL ? -1 : mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd;
}
