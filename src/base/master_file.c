/* Reading and replacing the master key file. */
#include "base/master_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/crypt.h"
#include "base/text.h"

#define TEXT_MOST 1024
#define ACL_MOST 4096

static const char blanks[] = " \t\r";
static const char hash_word[] = "hash";
static const char acl[] = "system.posix_acl_access";

/* --- reading ------------------------------------------------------------- */

/* Read up to room bytes; their number, or -1 with errno. */
static ssize_t
read_start(const char *path, char *bytes, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	size_t len = 0;
	ssize_t n;
	do {
		n = read(fd, bytes + len, room - len);
		if (n > 0)
			len += (size_t)n;
	} while ((n > 0 && len < room) || (n < 0 && errno == EINTR));
	int error = errno;
	close(fd);
	errno = error;
	return n < 0 ? -1 : (ssize_t)len;
}

static bool
is_known(const struct master_file *file, const uint8_t key[MASTER_KEY_SIZE])
{
	for (int i = 0; i < file->n; i++)
		if (memcmp(file->keys[i], key, MASTER_KEY_SIZE) == 0)
			return true;
	return false;
}

/* Exactly so many digits, blanks around them allowed. */
static bool
parse_hex(char *text, uint8_t key[MASTER_KEY_SIZE])
{
	char *hex = text + strspn(text, blanks);
	size_t size = strcspn(hex, blanks);
	if (hex[size + strspn(hex + size, blanks)] != '\0')
		return false;
	hex[size] = '\0';
	return text_unhex(hex, key, MASTER_KEY_SIZE) == MASTER_KEY_SIZE;
}

/* One line; an empty one says nothing. */
static bool
parse_line(char *line, struct master_file *file)
{
	line += strspn(line, blanks);
	if (*line == '\0')
		return true;
	size_t word = strcspn(line, blanks);
	if (word == strlen(hash_word) && memcmp(line, hash_word, word) == 0) {
		bool first = !file->has_hash;
		file->has_hash = true;
		return first && parse_hex(line + word, file->hash);
	}
	uint8_t key[MASTER_KEY_SIZE];
	bool ok = file->n < MASTER_KEYS_MOST && parse_hex(line, key) &&
	    !is_known(file, key);
	if (ok)
		memcpy(file->keys[file->n++], key, sizeof(key));
	crypt_wipe(key, sizeof(key));
	return ok;
}

/* text has room for a NUL behind it. */
static bool
parse(char *text, size_t len, struct master_file *file)
{
	text[len] = '\0';
	if (strlen(text) != len)
		return false;
	bool ok = true;
	for (char *line = text; line != NULL && ok;) {
		char *end = strchr(line, '\n');
		if (end != NULL)
			*end++ = '\0';
		ok = parse_line(line, file);
		line = end;
	}
	return ok && file->n > 0;
}

bool
master_file_read(const char *path, struct master_file *file, const char **why)
{
	char text[TEXT_MOST];
	*file = (struct master_file){0};
	ssize_t len = read_start(path, text, sizeof(text) - 1);
	bool ok = len >= 0 && parse(text, (size_t)len, file);
	if (len < 0) {
		const char *reason = strerrordesc_np(errno);
		*why = reason != NULL ? reason : "it cannot be read";
	} else if (!ok)
		*why = "it must hold exactly 64 hexadecimal digits";
	crypt_wipe(text, sizeof(text));
	if (!ok)
		crypt_wipe(file, sizeof(*file));
	return ok;
}

/* --- replacing ----------------------------------------------------------- */

static void
complain(struct buf *why, const char *path)
{
	char text[128];
	/* The GNU form returns the text. */
	buf_fmt(why, "cannot write %s: %s", path,
	    strerror_r(errno, text, sizeof(text)));
}

static void
write_text(const struct master_file *file, struct buf *text)
{
	for (int i = 0; i < file->n; i++) {
		text_hex(text, file->keys[i], MASTER_KEY_SIZE);
		buf_byte(text, '\n');
	}
	if (!file->has_hash)
		return;
	buf_fmt(text, "%s ", hash_word);
	text_hex(text, file->hash, MASTER_KEY_SIZE);
	buf_byte(text, '\n');
}

bool
master_file_settle(const char *path)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	const char *slash = strrchr(path, '/');
	if (slash == NULL)
		buf_str(&name, ".");
	else
		buf_add(&name, path, (size_t)(slash - path) + 1);
	int fd = open(buf_cstr(&name), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	/* Some file systems know nothing of it. */
	bool ok = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);
	int error = errno;
	if (fd >= 0)
		close(fd);
	buf_clear(&name);
	errno = error;
	return ok;
}

/* A list of further users (setfacl) goes with the mode; one that the folder
 * gives to new files must not stay. */
static bool
copy_rights(const char *path, const struct stat *was, int fd)
{
	char list[ACL_MOST];
	ssize_t n = getxattr(path, acl, list, sizeof(list));
	if (n < 0 && errno != ENODATA && errno != ENOTSUP)
		return false;
	int failed = n > 0 ? fsetxattr(fd, acl, list, (size_t)n, 0)
			   : fremovexattr(fd, acl);
	if (failed != 0 && (n > 0 || (errno != ENODATA && errno != ENOTSUP)))
		return false;
	return fchown(fd, was->st_uid, was->st_gid) == 0 &&
	    fchmod(fd, was->st_mode & 07777) == 0;
}

/* Half a key file is worse than none: a new one beside it takes its name. */
static bool
write_beside(const char *path, const struct stat *was, const struct buf *text)
{
	struct buf name;
	buf_init(&name, BUF_SMALL);
	buf_fmt(&name, "%s.XXXXXX", path);
	char *temp = buf_take(&name);
	int fd = temp == NULL ? -1 : mkostemp(temp, O_CLOEXEC);
	bool ok = fd >= 0 && copy_rights(path, was, fd) &&
	    write(fd, text->data, text->len) == (ssize_t)text->len &&
	    fsync(fd) == 0 && rename(temp, path) == 0 &&
	    master_file_settle(path);
	int error = errno;
	if (fd >= 0) {
		close(fd);
		if (!ok)
			unlink(temp);
	}
	free(temp);
	errno = error;
	return ok;
}

static bool
is_still(const char *path, const struct master_file *old)
{
	struct master_file now;
	const char *reason;
	bool same = master_file_read(path, &now, &reason) &&
	    memcmp(&now, old, sizeof(now)) == 0;
	crypt_wipe(&now, sizeof(now));
	return same;
}

/* With the file locked. */
static bool
replace(const char *path, int fd, const struct master_file *old,
    const struct master_file *file, struct buf *why)
{
	struct stat locked, there;
	if (fstat(fd, &locked) != 0 || stat(path, &there) != 0 ||
	    locked.st_ino != there.st_ino || !is_still(path, old)) {
		buf_fmt(why, "%s has been changed by somebody else", path);
		return false;
	}
	struct buf text;
	buf_init(&text, TEXT_MOST);
	write_text(file, &text);
	errno = ENOMEM;
	bool ok = buf_ok(&text) && write_beside(path, &there, &text);
	if (!ok)
		complain(why, path);
	if (text.data != NULL)
		crypt_wipe(text.data, text.cap);
	buf_clear(&text);
	return ok;
}

bool
master_file_replace(const char *path, const struct master_file *old,
    const struct master_file *file, struct buf *why)
{
	/* Where a link leads, so that the link stays. */
	char *real = realpath(path, NULL);
	int fd = real == NULL ? -1 : open(real, O_RDONLY | O_CLOEXEC);
	bool ok = false;
	if (fd < 0)
		complain(why, path);
	else if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		buf_fmt(why, "%s is being changed by somebody else", path);
	else
		ok = replace(real, fd, old, file, why);
	if (fd >= 0)
		close(fd);
	free(real);
	return ok;
}
