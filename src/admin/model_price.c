/* Prices of models. */
#include "admin/model_price.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "admin/model_page.h"
#include "admin/model_row.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/jobs.h"
#include "store/model_pages.h"
#include "web/query.h"

#define MAX_FORM ((size_t)16 * 1024)
#define DIGITS "0123456789"
#define WHOLE 6
#define FRACTION 9
#define MAX_PATTERN 129

/* --- what is legal ------------------------------------------------------- */

/* The name of the page's model, or a beginning of it and a star. */
static const char *
check_pattern(const char *text, const char *name)
{
	size_t len = strlen(text);
	bool star = len > 1 && len <= MAX_PATTERN && text[len - 1] == '*' &&
	    strncmp(text, name, len - 1) == 0;
	return star || strcmp(text, name) == 0
	    ? NULL
	    : N_("must be the name of this model, or its beginning and *");
}

static const char *
check_date(const char *text, const char *name)
{
	struct tm tm = {0};
	const char *end = strptime(text, "%Y-%m-%d", &tm);
	int day = tm.tm_mday;
	(void)name;
	/* The day after the end of a month would be one of the next. */
	return end != NULL && *end == '\0' && strlen(text) == 10 &&
		timegm(&tm) != -1 && tm.tm_mday == day
	    ? NULL
	    : N_("must be a day, such as 2026-12-31");
}

static const char *
check_currency(const char *text, const char *name)
{
	(void)name;
	return strlen(text) == 3 &&
		strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == 3
	    ? NULL
	    : N_("must be three capital letters, such as USD");
}

/* Nothing, or a decimal number. */
static const char *
check_amount(const char *text, const char *name)
{
	size_t whole = strspn(text, DIGITS);
	const char *rest = text + whole;
	size_t fraction = *rest == '.' ? strspn(rest + 1, DIGITS) : 0;
	(void)name;
	if (*text == '\0')
		return NULL;
	return whole >= 1 && whole <= WHOLE && fraction <= FRACTION &&
		(*rest == '\0' ||
		    (*rest == '.' && fraction >= 1 &&
			rest[1 + fraction] == '\0'))
	    ? NULL
	    : N_("must be a number from 0 to 999999, such as 0.30");
}

static const struct {
	const char *name, *error;
	const char *(*check)(const char *text, const char *name);
} fields[] = {
    {"pattern", "pattern_error", check_pattern},
    {"valid_from", "valid_from_error", check_date},
    {"currency", "currency_error", check_currency},
    {"prompt", "prompt_error", check_amount},
    {"cached", "cached_error", check_amount},
    {"answer", "answer_error", check_amount},
};

/* --- the form ------------------------------------------------------------ */

void
model_price_show(
    struct json_object *data, const char *name, struct json_object *form)
{
	struct json_object *o = json_object_new_object();
	char today[16];
	time_t now = time(NULL);
	struct tm tm;
	strftime(today, sizeof(today), "%Y-%m-%d", gmtime_r(&now, &tm));
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *text = json_get_text(form, fields[i].name);
		const char *why = json_get_text(form, fields[i].error);
		json_set_text(o, fields[i].name, text == NULL ? "" : text);
		json_set_text(o, fields[i].error, why == NULL ? "" : why);
	}
	if (form == NULL) {
		json_set_text(o, "pattern", name);
		json_set_text(o, "valid_from", today);
		json_set_text(o, "currency", "USD");
	}
	json_set_bool(o, "bad", form != NULL);
	json_set(data, "price", o);
}

/* What was typed, and what is wrong with it; *good: nothing is. */
static struct json_object *
read_form(struct visit *v, const char *name, bool *good)
{
	struct json_object *form = json_object_new_object();
	struct buf text;
	bool any = false;
	*good = true;
	buf_init(&text, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		buf_reset(&text);
		visit_get(v, fields[i].name, &text);
		const char *value = text_is_utf8(buf_cstr(&text), text.len)
		    ? buf_cstr(&text)
		    : "";
		const char *why = fields[i].check(value, name);
		json_set_text(form, fields[i].name, value);
		json_set_text(form, fields[i].error, why);
		*good = *good && why == NULL;
		any =
		    any || (fields[i].check == check_amount && *value != '\0');
	}
	if (!any) {
		*good = false;
		json_set_text(form, "prompt_error",
		    N_("must be there, or one of the two others"));
	}
	buf_clear(&text);
	return form;
}

/* {model, valid_from, currency, prompt, cached, answer}, empty ones left
 * out; remove: without what makes it a price. */
static struct json_object *
make_price(struct json_object *form, bool remove)
{
	struct json_object *price = json_object_new_object();
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		const char *text = json_get_text(form, fields[i].name);
		bool amount = fields[i].check == check_amount;
		if (*text != '\0' && !(amount && remove))
			json_set_text(
			    price, i == 0 ? "model" : fields[i].name, text);
	}
	return price;
}

static void
put(struct visit *v, const char *name, struct json_object *form, bool remove)
{
	struct json_object *price = make_price(form, remove);
	struct buf query, path;
	buf_init(&query, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	query_add(&query, "name", name);
	buf_fmt(&path, "/models/show?%s", buf_cstr(&query));
	bool done = model_pages_put_price(v->s->db, price, v->by);
	/* Budgets go by it. */
	if (done && jobs_make_due(v->s->db, "budgets") == JOB_DUE)
		v->s->job_due = true;
	if (done)
		visit_go(v, buf_cstr(&path),
		    visit_say(v,
			remove ? N_("The price was taken away.")
			       : N_("The price was saved.")));
	else
		visit_refuse_database(v);
	json_object_put(price);
	buf_clear(&query);
	buf_clear(&path);
}

static void
serve(struct visit *v, const char *name)
{
	struct buf text;
	bool good;
	buf_init(&text, BUF_SMALL);
	bool remove = visit_get(v, "remove", &text);
	struct json_object *form = read_form(v, name, &good);
	if (remove)
		good = json_get_text(form, "pattern_error") == NULL &&
		    json_get_text(form, "valid_from_error") == NULL;
	if (good)
		put(v, name, form, remove);
	else
		model_page_show(v, name, 422, form);
	json_object_put(form);
	buf_clear(&text);
}

void
model_price_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct buf asked, name;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	buf_init(&asked, BUF_SMALL);
	buf_init(&name, BUF_SMALL);
	visit_get(&v, "name", &asked);
	if (model_row_name(buf_cstr(&asked), &name))
		serve(&v, buf_cstr(&name));
	else
		visit_refuse(&v, 400, N_("Not a form"),
		    N_("This is no form of these pages."));
	buf_clear(&asked);
	buf_clear(&name);
	visit_end(&v);
}
