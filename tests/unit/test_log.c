/* Tests of base/log. */
#include "base/log.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/json.h"
#include "base/log_target.h"
#include "unit.h"

extern struct unit_suite log_suite;

/* The standard error goes into a pipe while a line is logged. */
static int saved, readable;

static void
catch_stderr(void)
{
	int ends[2];
	CU_ASSERT_FATAL(pipe(ends) == 0);
	saved = dup(STDERR_FILENO);
	dup2(ends[1], STDERR_FILENO);
	close(ends[1]);
	readable = ends[0];
}

static void
release_stderr(struct buf *got)
{
	dup2(saved, STDERR_FILENO);
	close(saved);
	char bytes[8192];
	ssize_t n;
	while ((n = read(readable, bytes, sizeof(bytes))) > 0)
		buf_add(got, bytes, (size_t)n);
	close(readable);
}

static void
test_line(void)
{
	struct buf got;
	buf_init(&got, BUF_SMALL);
	catch_stderr();
	log_line(LOG_DEBUG, "dropped");
	log_line(LOG_WARNING, "say \"%s\"\\ at key=abc\n", "a\nb");
	release_stderr(&got);

	const char *line = buf_cstr(&got);
	CU_ASSERT_EQUAL(strncmp(line, "time=20", 7), 0);
	CU_ASSERT_EQUAL(line[strlen("time=2026-01-31T23:59:59.123")], 'Z');
	char tail[120];
	snprintf(tail, sizeof(tail),
	    "Z level=warning pid=%ld msg=\"say \\\"a b\\\"\\\\ at "
	    "[redacted]\"\n",
	    (long)getpid());
	CU_ASSERT_STRING_EQUAL(strchr(line, 'Z'), tail);
	buf_clear(&got);
}

static void
test_fields(void)
{
	static const struct log_field fields[] = {
	    {"model", LOG_TEXT, "m\" status=200\nlevel=info", 0},
	    {"status", LOG_NUMBER, NULL, 429},
	};
	struct buf got;
	buf_init(&got, BUF_SMALL);
	catch_stderr();
	log_set_format(LOG_AS_JSON);
	log_fields(LOG_DEBUG, "dropped", fields, COUNT_OF(fields));
	log_fields(LOG_ERROR, "request", fields, COUNT_OF(fields));
	log_set_format(LOG_AS_TEXT);
	release_stderr(&got);

	struct json_object *o = json_parse(buf_cstr(&got), got.len, NULL);
	CU_ASSERT_STRING_EQUAL(json_get_text(o, "level"), "error");
	CU_ASSERT_STRING_EQUAL(json_get_text(o, "msg"), "request");
	CU_ASSERT_EQUAL(json_get_int(o, "pid", 0), getpid());
	CU_ASSERT_EQUAL(json_get_int(o, "status", 0), 429);
	CU_ASSERT_STRING_EQUAL(
	    json_get_text(o, "model"), "m\" status=200 level=info");
	json_object_put(o);
	buf_clear(&got);
}

/* What one process of a family sets holds in the others. */
static void
test_share(void)
{
	struct buf got;
	buf_init(&got, BUF_SMALL);
	catch_stderr();
	log_share();
	pid_t child = fork();
	if (child == 0) {
		log_set_level(LOG_ERROR);
		log_set_format(LOG_AS_JSON);
		_exit(0);
	}
	CU_ASSERT_EQUAL(waitpid(child, NULL, 0), child);
	log_line(LOG_WARNING, "below");
	log_line(LOG_ERROR, "above");
	log_set_level(LOG_INFO);
	log_set_format(LOG_AS_TEXT);
	release_stderr(&got);
	CU_ASSERT_EQUAL(strncmp(buf_cstr(&got), "{\"time\":", 8), 0);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&got), "below"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&got), "above"));
	buf_clear(&got);
}

static void
test_targets(void)
{
	static const struct {
		const char *name;
		bool known;
	} rows[] = {{"syslog", true}, {"syslog:daemon", true},
	    {"syslog:user", true}, {"syslog:local7", true}, {"syslog:", false},
	    {"syslog:local8", false}, {"syslogd", false}, {"", false},
	    {"Syslog", false}, {"stderr:", false}, {"stderr", true}};
	for (size_t i = 0; i < COUNT_OF(rows); i++) {
		struct buf why;
		buf_init(&why, BUF_SMALL);
		UNIT_ROW(log_target_set(rows[i].name, &why) == rows[i].known,
		    rows[i].name);
		UNIT_ROW((why.len == 0) == rows[i].known, rows[i].name);
		buf_clear(&why);
	}
}

static void
test_long(void)
{
	/* Cut between characters, without showing half a secret. */
	struct buf text, got;
	buf_init(&text, BUF_SMALL);
	buf_init(&got, BUF_SMALL);
	for (int i = 0; i < 4000; i++)
		buf_str(&text,
		    i == 3800 / 2 ? " sk-0123456789abcdefgh " : "\xc3\xa9");
	catch_stderr();
	log_line(LOG_ERROR, "%s", buf_cstr(&text));
	release_stderr(&got);
	const char *line = buf_cstr(&got);
	CU_ASSERT(got.len > 3800 && got.len <= 4096);
	CU_ASSERT_PTR_NULL(strstr(line, "sk-0"));
	CU_ASSERT_STRING_EQUAL(line + got.len - 7, "\xc3\xa9\xe2\x80\xa6\"\n");
	CU_ASSERT_PTR_EQUAL(strchr(line, '\n'), line + got.len - 1);
	buf_clear(&got);
	buf_clear(&text);
}

static void
test_levels(void)
{
	static const struct {
		const char *name;
		int level;
	} rows[] = {{"DEBUG", LOG_DEBUG}, {"info", LOG_INFO},
	    {"Warning", LOG_WARNING}, {"ERROR", LOG_ERROR},
	    {"CRITICAL", LOG_CRITICAL}, {"WARN", -1}, {"", -1}};
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		UNIT_ROW(log_level_by_name(rows[i].name) == rows[i].level,
		    rows[i].name);

	struct buf got;
	buf_init(&got, BUF_SMALL);
	catch_stderr();
	log_set_level(LOG_ERROR);
	log_line(LOG_WARNING, "below");
	log_set_level(LOG_DEBUG);
	log_line(LOG_DEBUG, "above");
	log_set_level(LOG_INFO);
	release_stderr(&got);
	CU_ASSERT_PTR_NULL(strstr(buf_cstr(&got), "below"));
	CU_ASSERT_PTR_NOT_NULL(strstr(buf_cstr(&got), "level=debug"));
	buf_clear(&got);
}

/* --- syslog --------------------------------------------------------------- */

enum { HEARD, NOT_HEARD, NOT_POSSIBLE };

static bool
put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY);
	bool ok = fd >= 0 && write(fd, text, strlen(text)) > 0;
	close(fd);
	return ok;
}

/* We as root of a namespace, so that we may mount something in it. */
static bool
become_root(void)
{
	char users[40], groups[40];
	snprintf(users, sizeof(users), "0 %ld 1", (long)geteuid());
	snprintf(groups, sizeof(groups), "0 %ld 1", (long)getegid());
	return unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0 &&
	    put("/proc/self/setgroups", "deny") &&
	    put("/proc/self/uid_map", users) &&
	    put("/proc/self/gid_map", groups);
}

/* A /dev of our own, with a socket for the log: that is where libc sends it.
 * -1 where the system does not let us. */
static int
make_dev_log(void)
{
	struct sockaddr_un address = {
	    .sun_family = AF_UNIX, .sun_path = "/dev/log"};
	if (!become_root() ||
	    mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/dev", "tmpfs", 0, NULL) != 0)
		return -1;
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	if (fd < 0 ||
	    bind(fd, (struct sockaddr *)&address, sizeof(address)) != 0)
		return -1;
	return fd;
}

/* Does a line arrive with this priority, as it is? */
static bool
is_heard(int fd, enum log_level level, const char *priority)
{
	char got[8192], pid[40];
	static const struct log_field field = {
	    "model", LOG_TEXT, "100 %s\nx", 0};
	log_fields(level, "request", &field, 1);
	ssize_t n = recv(fd, got, sizeof(got) - 1, MSG_DONTWAIT);
	if (n <= 0)
		return false;
	got[n] = '\0';
	snprintf(pid, sizeof(pid), "keywheel[%ld]: time=", (long)getpid());
	const char *tail = " msg=request model=\"100 %s x\"";
	return strncmp(got, priority, strlen(priority)) == 0 &&
	    strstr(got, pid) != NULL && (size_t)n > strlen(tail) &&
	    strcmp(got + n - strlen(tail), tail) == 0;
}

static int
hear_syslog(void)
{
	static const struct {
		enum log_level level;
		const char *priority; /* facility local3 is 19, of 8 each */
	} rows[] = {{LOG_INFO, "<158>"}, {LOG_WARNING, "<156>"},
	    {LOG_ERROR, "<155>"}, {LOG_CRITICAL, "<154>"}};
	struct buf why;
	buf_init(&why, BUF_SMALL);
	int fd = make_dev_log();
	if (fd < 0)
		return NOT_POSSIBLE;
	if (!log_target_set("syslog:local3", &why))
		return NOT_HEARD;
	for (size_t i = 0; i < COUNT_OF(rows); i++)
		if (!is_heard(fd, rows[i].level, rows[i].priority))
			return NOT_HEARD;
	return HEARD;
}

static void
test_syslog(void)
{
	int status = 0;
	pid_t child = fork();
	if (child == 0)
		_exit(hear_syslog());
	CU_ASSERT_EQUAL(waitpid(child, &status, 0), child);
	CU_ASSERT(WIFEXITED(status) && WEXITSTATUS(status) != NOT_HEARD);
	if (WIFEXITED(status) && WEXITSTATUS(status) == NOT_POSSIBLE)
		puts("skipped: syslog, since /dev/log cannot be ours here");
}

static CU_TestInfo tests[] = {
    {"writes one redacted line", test_line},
    {"writes fields", test_fields},
    {"cuts long lines", test_long},
    {"is shared by parent and children", test_share},
    {"knows its targets", test_targets},
    {"goes to syslog", test_syslog},
    {"knows levels", test_levels},
    CU_TEST_INFO_NULL,
};

struct unit_suite log_suite = {"base/log", tests};
