/* The page of trials. */
#include "admin/try_page.h"

#include <string.h>

#include "admin/number.h"
#include "admin/outcome_words.h"
#include "admin/try_answer.h"
#include "admin/try_body.h"
#include "admin/try_form.h"
#include "admin/try_stream.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/public_url.h"
#include "gateway/service.h"
#include "store/request_log.h"
#include "store/sessions.h"
#include "web/call.h"

/* A prompt of 100 kB, percent-encoded, and a body that holds it. */
#define MAX_FORM ((size_t)2 * 1024 * 1024)

struct trial {
	struct visit *v;
	struct try_form *form;
	struct buf path, query, body;
	struct try_answer answer;
	struct try_stream *stream; /* NULL: it is shown when all is there */
};

/* --- what is shown ------------------------------------------------------- */

static void
add_models(struct service *s, struct json_object *data)
{
	struct json_object *list = json_object_new_array();
	if (s->model_names != NULL) {
		json_object_object_foreach(s->model_names, name, known)
		{
			(void)known;
			json_object_array_add(
			    list, json_object_new_string(name));
		}
	}
	json_set(data, "models", list);
}

/* The same for a shell. JSON has no line that is only EOF. */
static void
add_curl(const struct trial *t, struct json_object *data)
{
	struct buf line, body;
	buf_init(&line, BUF_LARGE);
	buf_init(&body, BUF_LARGE);
	bool json = try_body_pretty(buf_cstr(&t->body), t->body.len, &body);
	buf_str(&line, "curl -N '");
	bool known = public_url(t->v->s, &line);
	buf_fmt(&line, "%s%s%s' \\\n", buf_cstr(&t->path),
	    t->query.len > 0 ? "?" : "", buf_cstr(&t->query));
	buf_fmt(&line, "  -H \"%s $TOKEN\" \\\n", t->form->route->credential);
	buf_str(&line, "  -H 'Content-Type: application/json' -d @- <<'EOF'\n");
	buf_fmt(&line, "%s\nEOF\n", buf_cstr(&body));
	if (json && known)
		json_set_text(data, "curl", buf_cstr(&line));
	json_set_text(data, "sent", buf_cstr(&body));
	buf_clear(&line);
	buf_clear(&body);
}

/* What the account says of it; nothing if there is no row (yet). */
static void
add_account(struct service *s, struct json_object *o)
{
	static const char *const numbers[] = {"attempts", "prompt_tokens",
	    "cached_tokens", "thought_tokens", "answer_tokens"};
	bool failed;
	struct json_object *row =
	    request_log_one(s->db, s->request_id, &failed);
	struct json_object *r = json_get(row, "request");
	json_set_text(o, "request_id", s->request_id);
	if (r != NULL) {
		struct outcome_words words =
		    outcome_words(json_get_text(r, "outcome"));
		json_set_text(r, "state", outcome_words_state(&words));
		json_set_text(r, "outcome_title", words.title);
		json_set_text(r, "outcome_text", words.words);
		for (size_t i = 0; i < COUNT_OF(numbers); i++)
			number_set(
			    r, numbers[i], json_get_int(r, numbers[i], 0));
		json_share(o, "account", r);
	}
	json_object_put(row);
}

static struct json_object *
make_page(struct visit *v, const struct try_form *form)
{
	struct json_object *data = json_object_new_object();
	try_form_show(form, data);
	add_models(v->s, data);
	return data;
}

static void
show(struct visit *v, int status, const struct try_form *form)
{
	visit_send_status(
	    v, status, "try.html", N_("Try it"), make_page(v, form));
}

static void
show_answer(void *ctx)
{
	struct trial *t = ctx;
	struct json_object *data = make_page(t->v, t->form);
	struct json_object *o = json_object_new_object();
	try_answer_show(&t->answer, o);
	add_account(t->v->s, o);
	json_set_text(o, "target", buf_cstr(&t->path));
	add_curl(t, o);
	json_set(data, "answer", o);
	visit_send(t->v, "try.html", N_("Try it"), data);
}

void
try_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct try_form form;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	try_form_read(&form, v.query);
	show(&v, 200, &form);
	try_form_clear(&form);
	visit_end(&v);
}

/* --- sending ------------------------------------------------------------- */

/* Through the same door as any client's request. */
static void
run(struct trial *t, const uint8_t token[CRYPT_HASH_SIZE])
{
	struct service *s = t->v->s;
	struct web_inner inner = {
	    .method = "POST",
	    .path = buf_cstr(&t->path),
	    .query = buf_cstr(&t->query),
	    .content_type = "application/json",
	    .body = buf_cstr(&t->body),
	    .body_len = t->body.len,
	};
	try_answer_begin(&t->answer, &inner);
	if (t->stream != NULL) {
		try_stream_begin(t->stream, s, &t->answer.text);
		t->answer.more = try_stream_more;
		t->answer.ctx = t->stream;
	}
	struct web_call *call = web_call_new_inner(s->call, &inner);
	service_serve_inner(s, call, token);
	web_call_free(call);
	try_answer_end(&t->answer);
	/* The settings may be others now, and with them the zone. */
	reader_find(&t->v->reader, s);
}

static void
try_it(struct visit *v, struct try_form *form)
{
	uint8_t token[CRYPT_HASH_SIZE];
	struct try_stream stream;
	struct trial t = {.v = v, .form = form};
	if (try_stream_wanted(v->s))
		t.stream = &stream;
	buf_init(&t.path, BUF_SMALL);
	buf_init(&t.query, BUF_SMALL);
	buf_init(&t.body, BUF_LARGE);
	try_body_target(form, &t.path, &t.query);
	buf_str(&t.body, try_form_get(form, "body"));
	if (t.body.len == 0)
		try_body_make(form, &t.body);
	if (sessions_token(v->s->db, v->who, token)) {
		run(&t, token);
		if (t.stream != NULL)
			try_stream_end(t.stream, show_answer, &t);
		else
			show_answer(&t);
		try_answer_clear(&t.answer);
	} else
		visit_refuse_database(v);
	crypt_wipe(token, sizeof(token));
	buf_clear(&t.path);
	buf_clear(&t.query);
	buf_clear(&t.body);
}

/* Put the body that the fields make where it can be changed. */
static void
show_body(struct visit *v, struct try_form *form)
{
	struct buf body;
	buf_init(&body, BUF_LARGE);
	try_form_set(form, "body", "");
	bool good = try_form_check(form);
	if (good) {
		try_body_make(form, &body);
		try_form_set(form, "body", buf_cstr(&body));
	}
	show(v, good ? 200 : 422, form);
	buf_clear(&body);
}

void
try_page_serve_send(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct try_form form;
	struct buf action;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&action, BUF_SMALL);
	(void)visit_get(&v, "do", &action);
	try_form_read(&form, buf_cstr(&v.fields));
	if (text_same(buf_cstr(&action), "body"))
		show_body(&v, &form);
	else if (try_form_check(&form))
		try_it(&v, &form);
	else
		show(&v, 422, &form);
	try_form_clear(&form);
	buf_clear(&action);
	visit_end(&v);
}
