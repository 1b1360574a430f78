/* The job that lets deadlines follow what was measured. */
#include "gateway/deadlines.h"

#include "base/json.h"
#include "base/setting.h"
#include "pool/deadline.h"
#include "store/db.h"
#include "store/deadlines.h"

/* One of a row's two deadlines: which members it comes from, and which
 * settings bound it. */
struct kind {
	const char *samples, *p99, *longest, *deadline;
	enum setting_id floor, ceiling;
};

static const struct kind first_byte = {"samples", "p99", "longest",
    "first_byte_ms", SETTING_ID_FIRST_BYTE_FLOOR,
    SETTING_ID_FIRST_BYTE_TIMEOUT};
static const struct kind idle = {"gaps", "gap_p99", "gap_longest", "idle_ms",
    SETTING_ID_IDLE_FLOOR, SETTING_ID_IDLE_TIMEOUT};

/* Replace the row's deadline by the next. */
static void
compute(const struct kind *kind, const struct settings *settings,
    struct json_object *row)
{
	const struct deadline_measure measured = {
	    .samples = json_get_int(row, kind->samples, 0),
	    .p99 = json_get_int(row, kind->p99, 0),
	    .longest = json_get_int(row, kind->longest, 0),
	};
	const struct deadline_bounds bounds = {
	    .floor = settings_int(settings, kind->floor) * 1000,
	    .ceiling = settings_int(settings, kind->ceiling) * 1000,
	};
	int64_t next = deadline_next(
	    &measured, &bounds, json_get_int(row, kind->deadline, 0));
	if (next > 0)
		json_set_int(row, kind->deadline, next);
	else
		json_set_null(row, kind->deadline);
}

bool
deadlines_compute(
    struct db *db, const struct settings *settings, struct buf *message)
{
	struct json_object *own =
	    settings_json(settings, SETTING_ID_DEADLINE_OVERRIDES);
	struct json_object *rows = deadlines_measure(db);
	struct json_object *next = json_object_new_array();
	bool changed = false;

	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		if (json_get(own, json_get_text(row, "model")) != NULL)
			continue;
		compute(&idle, settings, row);
		if (json_get_bool(row, "streamed"))
			compute(&first_byte, settings, row);
		json_object_array_add(next, json_object_get(row));
	}
	bool ok = rows != NULL && deadlines_put(db, next, &changed);
	if (ok)
		buf_fmt(message, "deadlines of %zu classes, %s",
		    json_count(next), changed ? "changed" : "as they were");
	else
		buf_str(message, db_error(db));
	json_object_put(rows);
	json_object_put(next);
	return ok;
}
