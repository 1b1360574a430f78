/* One request. */
#include "admin/request_page.h"

#include <stdio.h>
#include <string.h>

#include "admin/key_past.h"
#include "admin/number.h"
#include "admin/outcome_words.h"
#include "admin/request_bar.h"
#include "admin/request_trail.h"
#include "admin/sentence.h"
#include "admin/token_row.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "pool/verdict_words.h"
#include "store/request_log.h"
#include "web/route.h"

#define PRETTY                                               \
	(JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED | \
	    JSON_C_TO_STRING_NOSLASHESCAPE)

/* --- what is shown ------------------------------------------------------- */

/* Set the member to a JSON text, a line a value; a text that is none stays as
 * it is. */
static void
set_pretty(struct json_object *o, const char *name, const char *text)
{
	struct json_object *value = json_parse(text, strlen(text), NULL);
	if (value == NULL)
		json_set_text(o, name, text);
	else
		json_set_text(
		    o, name, json_object_to_json_string_ext(value, PRETTY));
	json_object_put(value);
}

/* Google's error; of attempts from before it was kept, what is known. */
static void
shape_error(struct json_object *row)
{
	const char *error = json_get_text(row, "error");
	if (error != NULL) {
		set_pretty(row, "error", error);
		return;
	}
	if (json_get_int(row, "status", 0) < 400)
		return;
	struct json_object *o = json_object_new_object();
	struct json_object *inner = json_object_new_object();
	json_set_int(inner, "code", json_get_int(row, "status", 0));
	json_set_text(inner, "message", json_get_text(row, "evidence"));
	json_set(o, "error", inner);
	json_set_text(row, "error", json_object_to_json_string_ext(o, PRETTY));
	json_object_put(o);
}

/* What a failed attempt had used, if anything. */
static void
shape_cost(struct json_object *row)
{
	static const char *const names[] = {"prompt_tokens", "cached_tokens",
	    "thought_tokens", "answer_tokens"};
	int64_t all = 0;
	for (size_t i = 0; i < COUNT_OF(names); i++) {
		int64_t tokens = json_get_int(row, names[i], 0);
		number_set(row, names[i], tokens);
		all += tokens;
	}
	json_set_bool(row, "cost", all > 0);
}

static void
shape_attempt(struct json_object *row)
{
	const struct verdict_words *words =
	    verdict_words_find(json_get_text(row, "verdict"));
	if (words != NULL) {
		json_set_text(row, "title", words->title);
		json_set_text(row, "meaning", words->text);
		json_set_text(row, "blame", verdict_blame_words(words->blame));
	} else
		json_set_text(row, "title", json_get_text(row, "verdict"));
	number_set(row, "ms", json_get_int(row, "total_ms", 0));
	shape_cost(row);
	shape_error(row);
}

static void
shape_request(struct json_object *r)
{
	static const char *const numbers[] = {"prompt_tokens", "cached_tokens",
	    "thought_tokens", "answer_tokens", "first_byte_ms", "total_ms",
	    "upstream_first_ms", "longest_gap_ms"};
	struct outcome_words words = outcome_words(json_get_text(r, "outcome"));
	json_set_text(r, "state", outcome_words_state(&words));
	json_set_text(r, "outcome_title", words.title);
	json_set_text(r, "outcome_text", words.words);
	if (json_get_text(r, "shadow_limit") != NULL)
		json_set_text(r, "shadow",
		    token_limit_words(json_get_text(r, "shadow_limit")));
	if (json_get(r, "own_us") != NULL) {
		number_set_us(r, "own_ms", json_get_int(r, "own_us", 0));
		number_set_us(r, "db_ms", json_get_int(r, "db_us", 0));
	}
	for (size_t i = 0; i < COUNT_OF(numbers); i++)
		if (json_get(r, numbers[i]) != NULL)
			number_set(
			    r, numbers[i], json_get_int(r, numbers[i], 0));
}

/* Its trail as a list of texts, one for each step; before the numbers are made
 * ready to be shown. */
static void
add_trail(struct visit *v, struct json_object *data)
{
	struct template_reader reader = reader_for_templates(&v->reader);
	struct json_object *steps = request_trail_make(data);
	struct json_object *texts = json_object_new_array();
	zone_enter(v->reader.zone);
	for (size_t i = 0; i < json_count(steps); i++)
		json_object_array_add(
		    texts, sentences_text(json_at(steps, i), &reader));
	zone_leave();
	json_object_put(steps);
	json_set(data, "trail", texts);
}

/* What the request had sent, if that was kept. False: the database failed. */
static bool
add_body(struct service *s, const char *id, struct json_object *body)
{
	struct buf text;
	buf_init(&text, BUF_LARGE);
	bool ok = request_log_body(s->db, &s->master, id, &text);
	number_set_bytes(body, "size", json_get_int(body, "size", 0));
	if (text.len > 0 && text_is_utf8(text.data, text.len))
		set_pretty(body, "text", buf_cstr(&text));
	buf_clear(&text);
	return ok;
}

/* --- the page ------------------------------------------------------------ */

static void
serve_done(struct visit *v, const char *id, struct json_object *data)
{
	struct json_object *r = json_get(data, "request");
	struct json_object *attempts = json_get(data, "attempts");
	struct json_object *events = json_get(data, "events");
	struct json_object *body = json_get(data, "body");
	add_trail(v, data);
	json_set(data, "bar", request_bar_make(r, attempts));
	for (size_t i = 0; i < json_count(attempts); i++)
		shape_attempt(json_at(attempts, i));
	for (size_t i = 0; i < json_count(events); i++)
		key_past_shape_event(json_at(events, i));
	shape_request(r);
	json_set_bool(data, "any_attempts", json_count(attempts) > 0);
	json_set_bool(data, "any_events", json_count(events) > 0);
	json_set_bool(data, "recording",
	    settings_int(
		v->s->settings, SETTING_ID_ERROR_LOG_RECORD_REQUEST_BODY) != 0);
	if (body != NULL && !add_body(v->s, id, body)) {
		json_object_put(data);
		data = NULL;
	}
	visit_send(v, "request.html", N_("Request"), data);
}

static void
serve_one(struct visit *v, const char *id)
{
	bool failed;
	struct json_object *data = request_log_one(v->s->db, id, &failed);
	struct json_object *lease = json_get(data, "under_way");
	if (failed)
		visit_refuse_database(v);
	else if (data == NULL)
		visit_refuse(v, 404, N_("No such request"),
		    N_("keywheel knows of no request with this id. Its row may "
		       "have been deleted, or it never reached keywheel."));
	else if (lease != NULL) {
		number_set(lease, "for_ms", json_get_int(lease, "for_ms", 0));
		visit_send(v, "request.html", N_("Request"), data);
	} else
		serve_done(v, id, data);
}

void
request_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	if (!visit_begin(&v, s))
		return;
	if (crypt_is_id(buf_cstr(&match->capture[0])))
		serve_one(&v, buf_cstr(&match->capture[0]));
	else
		visit_refuse(&v, 404, N_("No such request"),
		    N_("This is not the id of a request. Each answer carries "
		       "one in its field x-request-id."));
	visit_end(&v);
}
