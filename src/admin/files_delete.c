/* Deleting files that were chosen on their page. */
#include <string.h>

#include "admin/files_page.h"
#include "admin/visit.h"
#include "base/clock.h"
#include "base/json.h"
#include "gateway/direct.h"
#include "gateway/file_delete.h"
#include "gateway/service.h"
#include "store/resources.h"
#include "web/query.h"

#define MAX_FORM ((size_t)256 * 1024)

/* A page of the list has so many. */
#define MOST 100

/* The visitor waits: what is not begun by then is for another time. */
#define WAIT_MS 15000
#define LIMIT_MS 10000

/* The files of the form: an array of {name, scope, id}. */
static struct json_object *
read_chosen(struct visit *v)
{
	struct json_object *chosen = json_object_new_array();
	const char *fields = buf_cstr(&v->fields);
	struct buf name, value;
	buf_init(&name, BUF_SMALL);
	buf_init(&value, BUF_SMALL);
	while (
	    query_next(&fields, &name, &value) && json_count(chosen) < MOST) {
		const char *text = buf_cstr(&value);
		const char *blank = strchr(text, ' ');
		if (strcmp(buf_cstr(&name), "file") != 0 || blank == NULL)
			continue;
		struct json_object *o = json_object_new_object();
		json_set_text(o, "id", text);
		json_set_text_len(o, "name", text, (size_t)(blank - text));
		json_set_text(o, "scope", blank + 1);
		json_object_array_add(chosen, o);
	}
	buf_clear(&name);
	buf_clear(&value);
	return chosen;
}

/* Delete the n files; how many are gone, -1 if the database failed. */
static int
delete_files(struct visit *v, const struct old_resource *files, int n)
{
	struct service *s = v->s;
	int64_t end_ms = clock_mono_ms() + WAIT_MS;
	const struct direct way = {
	    .upstream = s->upstream,
	    .settings = s->settings,
	    .db = s->db,
	    .master = &s->master,
	    .limit_ms = LIMIT_MS,
	};
	int total = 0;
	for (int i = 0; i < n && clock_mono_ms() < end_ms;
	     i += EXCHANGE_LANES) {
		int some = n - i < EXCHANGE_LANES ? n - i : EXCHANGE_LANES;
		int gone;
		if (!file_delete(&way, files + i, some, &gone))
			return -1;
		total += gone;
	}
	return total;
}

/* What came of it: gone of chosen. */
static void
tell(struct visit *v, int64_t gone, int64_t chosen)
{
	struct buf said;
	buf_init(&said, BUF_SMALL);
	visit_add_count(
	    v, "$n file was deleted.", "$n files were deleted.", gone, &said);
	if (gone < chosen) {
		buf_byte(&said, ' ');
		visit_add_count(v,
		    "$n could not be deleted now: its key is not in use, or "
		    "Google did not take it. Google deletes it by itself "
		    "after 48 hours.",
		    "$n could not be deleted now: their keys are not in use, "
		    "or Google did not take it. Google deletes them by itself "
		    "after 48 hours.",
		    chosen - gone, &said);
	}
	visit_go(v, "/files", buf_cstr(&said));
	buf_clear(&said);
}

static void
delete_chosen(struct visit *v, struct json_object *chosen)
{
	struct old_resource files[MOST];
	int n = resources_chosen_files(
	    v->s->db, &v->s->master, chosen, files, MOST);
	int gone = n < 0 ? -1 : delete_files(v, files, n);
	for (int i = 0; i < n; i++)
		resources_clear_old(&files[i]);
	if (gone < 0)
		visit_refuse_database(v);
	else
		tell(v, gone, (int64_t)json_count(chosen));
}

static void
ask(struct visit *v, struct json_object *chosen)
{
	struct json_object *data = json_object_new_object();
	json_set_int(data, "n", (int64_t)json_count(chosen));
	json_share(data, "files", chosen);
	visit_send(v, "files_delete.html", N_("Delete files"), data);
}

void
files_page_serve_delete(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf sure;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	struct json_object *chosen = read_chosen(&v);
	buf_init(&sure, BUF_SMALL);
	if (json_count(chosen) == 0)
		visit_go(
		    &v, "/files", visit_say(&v, N_("No file was chosen.")));
	else if (query_get(buf_cstr(&v.fields), "sure", &sure))
		delete_chosen(&v, chosen);
	else
		ask(&v, chosen);
	json_object_put(chosen);
	buf_clear(&sure);
	visit_end(&v);
}
