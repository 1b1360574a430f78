/* Times in a reader's zone. */
#include "base/zone.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define FOLDER "/usr/share/zoneinfo"

/* TZ as it was, while there is another; and the zone. */
static struct {
	char *before;
	char name[ZONE_MAX];
} entered;

/* Names are of parts that begin with a letter: no .. and no path. */
static bool
is_name(const char *name)
{
	static const char others[] = "0123456789+-_/";
	bool begins = true;
	if (*name == '\0' || strlen(name) >= ZONE_MAX)
		return false;
	for (; *name != '\0'; name++) {
		bool letter = (*name >= 'a' && *name <= 'z') ||
		    (*name >= 'A' && *name <= 'Z');
		if (!letter && (begins || strchr(others, *name) == NULL))
			return false;
		begins = *name == '/';
	}
	return !begins;
}

bool
zone_exists(const char *name)
{
	char path[4096], mark[4] = "";
	const char *folder = getenv("TZDIR");
	if (!is_name(name))
		return false;
	snprintf(path, sizeof(path), "%s/%s", folder == NULL ? FOLDER : folder,
	    name);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return false;
	bool ok = fread(mark, 1, sizeof(mark), file) == sizeof(mark) &&
	    memcmp(mark, "TZif", sizeof(mark)) == 0;
	fclose(file);
	return ok;
}

static void
set_variable(const char *value)
{
	if (value == NULL)
		unsetenv("TZ");
	else
		setenv("TZ", value, 1);
	tzset();
}

void
zone_enter(const char *name)
{
	zone_leave();
	const char *before = getenv("TZ");
	entered.before = before == NULL ? NULL : strdup(before);
	snprintf(entered.name, sizeof(entered.name), "%s", name);
	set_variable(name);
}

void
zone_leave(void)
{
	if (entered.name[0] == '\0')
		return;
	set_variable(entered.before);
	free(entered.before);
	entered.before = NULL;
	entered.name[0] = '\0';
}

static bool
read_utc(const char *utc, time_t *time)
{
	struct tm tm = {0};
	char gap, end = '\0';
	int n =
	    sscanf(utc, "%4d-%2d-%2d%c%2d:%2d:%2d%c", &tm.tm_year, &tm.tm_mon,
		&tm.tm_mday, &gap, &tm.tm_hour, &tm.tm_min, &tm.tm_sec, &end);
	if (n != 8 || (gap != 'T' && gap != ' ') || (end != 'Z' && end != '.'))
		return false;
	tm.tm_year -= 1900;
	tm.tm_mon -= 1;
	*time = timegm(&tm);
	return true;
}

/* "+08:00", of the number of seconds. */
static void
tell_offset(struct buf *out, long offset)
{
	long minutes = labs(offset) / 60;
	buf_fmt(out, " %c%02ld:%02ld", offset < 0 ? '-' : '+', minutes / 60,
	    minutes % 60);
}

bool
zone_tell(const char *utc, enum zone_form form, struct buf *out)
{
	char text[64];
	time_t time;
	struct tm tm;
	if (!read_utc(utc, &time) || localtime_r(&time, &tm) == NULL)
		return false;
	if (form == ZONE_MINUTES)
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M", &tm);
	else
		strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S", &tm);
	buf_str(out, text);
	if (form == ZONE_WHOLE) {
		tell_offset(out, tm.tm_gmtoff);
		if (entered.name[0] != '\0')
			buf_fmt(out, " (%s)", entered.name);
	}
	return true;
}
