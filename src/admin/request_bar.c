/* The bar of a request's time. */
#include "admin/request_bar.h"

#include <string.h>

#include "admin/number.h"
#include "base/attr.h"
#include "base/json.h"

#define WHOLE 1000
#define WAITING N_("Waiting for a key, and pauses")

struct bar {
	struct json_object *pieces;
	int64_t total, at; /* ms */
};

static void
add(struct bar *bar, const char *title, const char *look, int64_t ms,
    int64_t attempt)
{
	/* Clocks of several sources may disagree by a little. */
	if (ms > bar->total - bar->at)
		ms = bar->total - bar->at;
	if (ms <= 0)
		return;
	struct json_object *o = json_object_new_object();
	int64_t x = bar->at * WHOLE / bar->total;
	int64_t end = (bar->at + ms) * WHOLE / bar->total;
	json_set_text(o, "title", title);
	json_set_text(o, "look", look);
	if (attempt > 0)
		json_set_int(o, "attempt", attempt);
	json_set_int(o, "x", x);
	json_set_int(o, "width", end > x ? end - x : 1);
	json_set_int(o, "n", ms);
	number_set(o, "ms", ms);
	json_object_array_add(bar->pieces, o);
	bar->at += ms;
}

struct json_object *
request_bar_make(struct json_object *request, struct json_object *attempts)
{
	struct bar bar = {
	    json_object_new_array(), json_get_int(request, "total_ms", 0), 0};
	int64_t first = json_get_int(request, "first_byte_ms", -1);
	int64_t silence = json_get_int(request, "upstream_first_ms", -1);
	for (size_t i = 0; i < json_count(attempts); i++) {
		struct json_object *a = json_at(attempts, i);
		add(&bar, N_("Failed attempt"), "bad",
		    json_get_int(a, "total_ms", 0),
		    json_get_int(a, "attempt", 0));
	}
	/* Before the answer that came: for a key, pauses, ourselves; then
	 * Gemini, who thinks. */
	if (first >= bar.at) {
		if (silence > 0 && silence < first - bar.at)
			add(&bar, WAITING, "warn", first - bar.at - silence, 0);
		add(&bar, N_("Until the first byte"), "other", first - bar.at,
		    0);
	}
	if (first >= 0)
		add(&bar, N_("The answer"), "good", bar.total - bar.at, 0);
	else if (json_get_int(request, "attempts", 0) == 0)
		add(&bar, N_("Until it was refused"), "other",
		    bar.total - bar.at, 0);
	else
		add(&bar, WAITING, "warn", bar.total - bar.at, 0);
	return bar.pieces;
}

int64_t
request_bar_waits(struct json_object *bar)
{
	int64_t ms = 0;
	for (size_t i = 0; i < json_count(bar); i++) {
		struct json_object *piece = json_at(bar, i);
		if (strcmp(json_get_text(piece, "title"), WAITING) == 0)
			ms += json_get_int(piece, "n", 0);
	}
	return ms;
}
