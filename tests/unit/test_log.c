/* Tests of base/log. */
#include "base/log.h"

#include <string.h>
#include <unistd.h>

#include "base/attr.h"
#include "base/buf.h"
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
    {"cuts long lines", test_long},
    {"knows levels", test_levels},
    CU_TEST_INFO_NULL,
};

struct unit_suite log_suite = {"base/log", tests};
