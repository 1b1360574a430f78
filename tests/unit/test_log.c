/* Tests of base/log. */
#include "base/log.h"

#include <json-c/json.h>
#include <string.h>
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

static CU_TestInfo tests[] = {
    {"writes one redacted line", test_line},
    {"writes fields", test_fields},
    {"cuts long lines", test_long},
    {"is shared by parent and children", test_share},
    {"knows its targets", test_targets},
    {"knows levels", test_levels},
    CU_TEST_INFO_NULL,
};

struct unit_suite log_suite = {"base/log", tests};
