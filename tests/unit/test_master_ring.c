/* Master keys: files of one and two, put in each other's place, and what is
 * opened with them. */
#include <CUnit/CUnit.h>
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
#include "base/master_file.h"
#include "base/master_ring.h"
#include "base/text.h"
#include "unit.h"

extern struct unit_suite master_ring_suite;

static char folder[] = "/tmp/keywheel-test-XXXXXX";
static char path[64];

/* A file with the key of that number, and a second one if it is not 0. */
static struct master_file
file_of(uint8_t first, uint8_t second)
{
	struct master_file file = {.n = second ? 2 : 1};
	memset(file.keys[0], first, MASTER_KEY_SIZE);
	if (second)
		memset(file.keys[1], second, MASTER_KEY_SIZE);
	return file;
}

static void
begin(struct master_file *file)
{
	const char *why = NULL;
	if (*path == '\0' && mkdtemp(folder) != NULL)
		snprintf(path, sizeof(path), "%s/master", folder);
	unlink(path);
	CU_ASSERT_FATAL(crypt_make_master(path));
	CU_ASSERT_FATAL(master_file_read(path, file, &why));
}

static void
put(struct master_file *was, const struct master_file *file)
{
	struct buf why;
	buf_init(&why, BUF_SMALL);
	CU_ASSERT(master_file_replace(path, was, file, &why));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&why), "");
	*was = *file;
	buf_clear(&why);
}

static void
test_replace(void)
{
	struct master_file was, file = file_of(1, 2), now;
	const char *reason = NULL;
	struct stat st = {0};
	struct buf why;
	begin(&was);
	CU_ASSERT_EQUAL(chmod(path, 0640), 0);
	file.has_hash = true;
	memset(file.hash, 9, sizeof(file.hash));
	struct master_file first = was;
	put(&was, &file);
	CU_ASSERT(master_file_read(path, &now, &reason));
	CU_ASSERT_EQUAL(memcmp(&now, &file, sizeof(now)), 0);
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	CU_ASSERT_EQUAL(st.st_mode & 0777, 0640);

	/* Somebody else was there first; somebody else is there now. */
	buf_init(&why, BUF_SMALL);
	CU_ASSERT(!master_file_replace(path, &first, &file, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&why), "has been changed"));
	buf_reset(&why);
	int fd = open(path, O_RDONLY);
	CU_ASSERT_EQUAL(flock(fd, LOCK_EX), 0);
	CU_ASSERT(!master_file_replace(path, &was, &first, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&why), "is being changed"));
	close(fd);
	buf_reset(&why);
	CU_ASSERT(!master_file_replace("/nowhere/key", &was, &first, &why));
	CU_ASSERT_STRING_EQUAL(buf_cstr(&why),
	    "cannot write /nowhere/key: No such file or directory");
	CU_ASSERT(master_file_read(path, &now, &reason));
	CU_ASSERT_EQUAL(memcmp(&now, &file, sizeof(now)), 0);
	buf_clear(&why);
}

/* What setfacl -m u:65534:r makes of mode 600 (acl(5), linux/posix_acl.h): tag,
 * rights and id of the owner, the user, the group, the mask, the others. */
static const uint8_t acl_list[] = {2, 0, 0, 0, 1, 0, 6, 0, 255, 255, 255, 255,
    2, 0, 4, 0, 254, 255, 0, 0, 4, 0, 0, 0, 255, 255, 255, 255, 16, 0, 4, 0,
    255, 255, 255, 255, 32, 0, 0, 0, 255, 255, 255, 255};

static bool
has_list(void)
{
	uint8_t list[256];
	ssize_t n =
	    getxattr(path, "system.posix_acl_access", list, sizeof(list));
	return n == sizeof(acl_list) && memcmp(list, acl_list, (size_t)n) == 0;
}

/* The access list of a file stays; that of the folder's new ones does not
 * come. */
static void
test_list(void)
{
	struct master_file was, both = file_of(1, 2), one = file_of(1, 0);
	begin(&was);
	/* Not every file system has them. */
	if (setxattr(path, "system.posix_acl_access", acl_list,
		sizeof(acl_list), 0) != 0)
		return;
	put(&was, &both);
	CU_ASSERT(has_list());
	CU_ASSERT_EQUAL(removexattr(path, "system.posix_acl_access"), 0);
	CU_ASSERT_EQUAL(setxattr(folder, "system.posix_acl_default", acl_list,
			    sizeof(acl_list), 0),
	    0);
	CU_ASSERT_EQUAL(chmod(path, 0640), 0);
	put(&was, &one);
	CU_ASSERT(getxattr(path, "system.posix_acl_access", NULL, 0) < 0);
	CU_ASSERT_EQUAL(removexattr(folder, "system.posix_acl_default"), 0);
}

static void
test_settle(void)
{
	struct master_file was;
	begin(&was);
	CU_ASSERT(master_file_settle(path));
	CU_ASSERT(master_file_settle("in this folder"));
	errno = 0;
	CU_ASSERT(!master_file_settle("/nowhere/key"));
	CU_ASSERT_EQUAL(errno, ENOENT);
	errno = 0;
	CU_ASSERT(!master_file_settle("/dev/null/key"));
	CU_ASSERT_EQUAL(errno, ENOTDIR);
}

/* What a key has sealed: does another open it? */
static bool
opens(const struct master_key *key, const struct buf *sealed)
{
	struct buf plain;
	buf_init(&plain, BUF_SMALL);
	bool ok =
	    crypt_open(key, (uint8_t *)sealed->data, sealed->len, &plain) &&
	    strcmp(buf_cstr(&plain), "secret") == 0;
	buf_clear(&plain);
	return ok;
}

static void
load(struct master_key *key)
{
	const char *why = NULL;
	CU_ASSERT_FATAL(crypt_load_master(path, key, &why));
}

/* All the way: one key, two, the second seals, it is alone. */
static void
test_change(void)
{
	struct master_file was, both = file_of(1, 2), last = file_of(2, 0);
	struct master_file one = file_of(1, 0);
	struct master_key old, running, fresh;
	struct buf by_old, by_new;
	begin(&was);
	put(&was, &one);
	load(&old);
	load(&running);
	buf_init(&by_old, BUF_SMALL);
	buf_init(&by_new, BUF_SMALL);
	CU_ASSERT(crypt_seal(&old, "secret", 6, &by_old));

	/* The second is there, and does not seal. */
	put(&was, &both);
	load(&fresh);
	const char *second = master_ring_id(fresh.ring, 1);
	CU_ASSERT_EQUAL(strlen(second), MASTER_ID_SIZE);
	char id[MASTER_ID_SIZE + 1] = "";
	CU_ASSERT(master_ring_name(both.keys[1], id));
	CU_ASSERT_STRING_EQUAL(id, second);
	CU_ASSERT_EQUAL(memcmp(fresh.hash, old.hash, sizeof(old.hash)), 0);
	CU_ASSERT(opens(&fresh, &by_old));
	CU_ASSERT_EQUAL(master_ring_count(running.ring), 1);

	/* It seals here; who runs finds it when he meets it. */
	CU_ASSERT(!master_ring_prefer(fresh.ring, "0123456789abcdef"));
	CU_ASSERT(!crypt_seal(&fresh, "secret", 6, &by_new));
	CU_ASSERT(opens(&fresh, &by_old));
	CU_ASSERT(master_ring_prefer(fresh.ring, second));
	CU_ASSERT(crypt_seal(&fresh, "secret", 6, &by_new));
	CU_ASSERT(opens(&running, &by_new));
	CU_ASSERT_EQUAL(master_ring_count(running.ring), 2);
	CU_ASSERT(opens(&running, &by_old));
	CU_ASSERT(!master_ring_refresh(running.ring));

	/* … and by its id, before he meets it. */
	CU_ASSERT(master_ring_prefer(old.ring, second));
	CU_ASSERT_EQUAL(master_ring_preferred(old.ring), 1);

	/* It is alone; the key of hashes stays. */
	last.has_hash = true;
	memcpy(last.hash, old.hash, sizeof(old.hash));
	put(&was, &last);
	crypt_forget_master(&fresh);
	load(&fresh);
	CU_ASSERT_EQUAL(memcmp(fresh.hash, old.hash, sizeof(old.hash)), 0);
	CU_ASSERT(opens(&fresh, &by_new));
	CU_ASSERT(!opens(&fresh, &by_old));
	CU_ASSERT(opens(&running, &by_old));

	/* What cannot be read changes nothing. */
	unlink(path);
	CU_ASSERT(!master_ring_refresh(running.ring));
	CU_ASSERT(opens(&running, &by_new));
	rmdir(folder);
	buf_clear(&by_old);
	buf_clear(&by_new);
	crypt_forget_master(&old);
	crypt_forget_master(&running);
	crypt_forget_master(&fresh);
}

/* What is there, in place: the same name, size and times. */
static void
overwrite(const struct master_file *file)
{
	struct stat st = {0};
	struct buf text;
	buf_init(&text, BUF_SMALL);
	text_hex(&text, file->keys[0], MASTER_KEY_SIZE);
	buf_byte(&text, '\n');
	CU_ASSERT_EQUAL(stat(path, &st), 0);
	int fd = open(path, O_WRONLY);
	CU_ASSERT_EQUAL(write(fd, text.data, text.len), st.st_size);
	const struct timespec times[] = {st.st_atim, st.st_mtim};
	CU_ASSERT_EQUAL(futimens(fd, times), 0);
	close(fd);
	buf_clear(&text);
}

/* Once it could not be read; it has not changed since, but for its rights. */
static void
test_rights(void)
{
	struct master_file was, both = file_of(1, 2), other = file_of(3, 0);
	struct master_file one = file_of(1, 0);
	struct master_key running;
	bool root = geteuid() == 0;
	begin(&was);
	load(&running);
	put(&was, &both);
	CU_ASSERT_EQUAL(chmod(folder, 0755), 0);
	CU_ASSERT_EQUAL(chmod(path, 0), 0);
	/* Root could read it all the same. */
	CU_ASSERT_FATAL(!root || seteuid(65534) == 0);
	CU_ASSERT(!master_ring_refresh(running.ring));
	CU_ASSERT_FATAL(!root || seteuid(0) == 0);
	CU_ASSERT_EQUAL(master_ring_count(running.ring), 1);
	CU_ASSERT_EQUAL(chmod(path, 0600), 0);
	CU_ASSERT(master_ring_refresh(running.ring));
	CU_ASSERT_EQUAL(master_ring_count(running.ring), 2);

	/* Times that have been put back hide nothing. */
	put(&was, &one);
	CU_ASSERT(master_ring_refresh(running.ring));
	overwrite(&other);
	CU_ASSERT(master_ring_refresh(running.ring));
	unlink(path);
	crypt_forget_master(&running);
}

static CU_TestInfo tests[] = {
    {"a file takes another's place", test_replace},
    {"an access list", test_list},
    {"a folder settles", test_settle},
    {"a file whose rights are put right", test_rights},
    {"one key gives way to another", test_change},
    CU_TEST_INFO_NULL,
};

struct unit_suite master_ring_suite = {"base/master_ring", tests};
