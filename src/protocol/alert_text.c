/* Alerts in words. */
#include <string.h>

#include "base/alert_kind.h"
#include "base/text.h"
#include "protocol/alert.h"

/* Of an alarm's subject and text: a message has its limit. */
#define MAX_SUBJECT 200
#define MAX_TEXT 2000

/* Cut, on one line. */
static void
add_plain(struct buf *out, const char *text, size_t max)
{
	size_t len = text_cut(text, max);
	for (size_t i = 0; i < len; i++) {
		unsigned char c = (unsigned char)text[i];
		buf_byte(out, c < ' ' || c == 0x7f ? ' ' : text[i]);
	}
	if (text[len] != '\0')
		buf_str(out, "…");
}

/* 2026-01-02T03:04:05Z as 2026-01-02 03:04:05 UTC. */
static void
add_time(struct buf *out, const char *time)
{
	size_t day = strcspn(time, "T");
	buf_add(out, time, day);
	if (time[day] == 'T') {
		const char *clock = time + day + 1;
		buf_fmt(out, " %.*s UTC", (int)strcspn(clock, "Z"), clock);
	}
}

static void
write_test(const struct alert *a, struct buf *out)
{
	buf_str(out, "[keywheel ");
	add_plain(out, a->gateway, MAX_SUBJECT);
	buf_str(out,
	    "] This is a test: nothing is the matter. Alarms of this gateway "
	    "will be told here.");
}

static void
write_head(
    const struct alert *a, const struct alert_kind *kind, struct buf *out)
{
	buf_str(out, "[keywheel ");
	add_plain(out, a->gateway, MAX_SUBJECT);
	buf_fmt(out, "] %s%s", a->state == ALERT_ENDED ? "Over: " : "",
	    kind == NULL ? a->kind : kind->words);
	if (strcmp(a->subject, "*") != 0) {
		buf_str(out, ": ");
		add_plain(out, a->subject, MAX_SUBJECT);
	}
	buf_byte(out, '\n');
}

static void
write_times(const struct alert *a, struct buf *out)
{
	buf_str(out, a->state == ALERT_ENDED ? "\nFrom " : "\nSince ");
	add_time(out, a->since);
	if (a->state == ALERT_ENDED && a->ended_at != NULL) {
		buf_str(out, " to ");
		add_time(out, a->ended_at);
	}
	if (a->times > 1)
		buf_fmt(out, ", %lld times", (long long)a->times);
	buf_byte(out, '.');
}

void
alert_write_text(const struct alert *a, struct buf *out)
{
	const struct alert_kind *kind = alert_kind_find(a->kind);
	if (a->state == ALERT_TEST) {
		write_test(a, out);
		return;
	}
	write_head(a, kind, out);
	add_plain(out, a->text, MAX_TEXT);
	write_times(a, out);
	if (a->state == ALERT_RAISED && kind != NULL)
		buf_fmt(out, "\nWhat to do: %s", kind->todo);
	if (*a->link != '\0')
		buf_fmt(
		    out, "\n%s%s", a->link, kind == NULL ? "/" : kind->href);
}
