/* The form of the page of trials. */
#include "admin/try_form.h"

#include <string.h>

#include "admin/try_body.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "web/query.h"

#define MAX_TOKENS 10000000

static const char *const names[] = {
    "model", "system", "prompt", "temperature", "max_tokens", "effort", "body"};

/* --- reading ------------------------------------------------------------- */

const char *
try_form_get(const struct try_form *form, const char *name)
{
	const char *text = json_get_text(form->fields, name);
	return text == NULL ? "" : text;
}

void
try_form_set(struct try_form *form, const char *name, const char *text)
{
	json_set_text(form->fields, name, text);
}

/* Browsers end the lines of a text with CR and LF. */
static void
drop_returns(struct buf *text)
{
	size_t kept = 0;
	for (size_t i = 0; i < text->len; i++)
		if (text->data[i] != '\r')
			text->data[kept++] = text->data[i];
	if (text->len > 0)
		buf_keep(text, 0, kept);
}

static void
read_field(struct try_form *form, const char *fields, const char *name)
{
	struct buf value;
	buf_init(&value, BUF_LARGE);
	(void)query_get(fields, name, &value);
	drop_returns(&value);
	if (text_is_utf8(value.data, value.len))
		json_set_text_len(
		    form->fields, name, buf_cstr(&value), value.len);
	buf_clear(&value);
}

static bool
has(const char *fields, const char *name, const char *wanted)
{
	struct buf value;
	buf_init(&value, BUF_LARGE);
	bool same = query_get(fields, name, &value) &&
	    (wanted == NULL || text_same(buf_cstr(&value), wanted));
	buf_clear(&value);
	return same;
}

void
try_form_read(struct try_form *form, const char *fields)
{
	form->fields = json_object_new_object();
	form->errors = json_object_new_object();
	form->route = &try_routes[0];
	for (size_t i = 0; i < try_n_routes; i++)
		if (has(fields, "route", try_routes[i].id))
			form->route = &try_routes[i];
	/* What was not sent at all is as it is at first. */
	form->stream =
	    !has(fields, "route", NULL) || has(fields, "stream", "1");
	for (size_t i = 0; i < COUNT_OF(names); i++)
		read_field(form, fields, names[i]);
}

void
try_form_clear(struct try_form *form)
{
	json_object_put(form->fields);
	json_object_put(form->errors);
	form->fields = form->errors = NULL;
}

/* --- checking ------------------------------------------------------------ */

static void
refuse(struct try_form *form, const char *name, const char *message)
{
	json_set_text(form->errors, name, message);
}

/* Nothing, or a number as JSON has it. */
static bool
is_number(const char *text)
{
	struct json_object *value = json_parse(text, strlen(text), NULL);
	bool ok = *text == '\0' ||
	    json_object_is_type(value, json_type_double) ||
	    json_object_is_type(value, json_type_int);
	json_object_put(value);
	return ok;
}

static bool
is_effort(const char *text)
{
	bool ok = *text == '\0';
	for (size_t i = 0; i < try_n_efforts && !ok; i++)
		ok = text_same(text, try_efforts[i].name);
	return ok;
}

/* What the fields make is not needed where the body was written by hand. */
static void
check_fields(struct try_form *form)
{
	int64_t n;
	const char *tokens = try_form_get(form, "max_tokens");
	if (*try_form_get(form, "prompt") == '\0')
		refuse(form, "prompt", N_("There is no prompt."));
	if (strlen(try_form_get(form, "prompt")) > TRY_FORM_MAX_PROMPT)
		refuse(form, "prompt",
		    N_("The prompt is longer than 100 kB: send it by the "
		       "API."));
	if (!is_number(try_form_get(form, "temperature")))
		refuse(form, "temperature",
		    N_("Give a number, such as 0.7, or nothing."));
	if (*tokens != '\0' && !text_to_int(tokens, 1, MAX_TOKENS, &n))
		refuse(form, "max_tokens",
		    N_("Give a whole number from 1 on, or nothing."));
	if (!is_effort(try_form_get(form, "effort")))
		refuse(form, "effort", N_("Choose one of the list."));
}

bool
try_form_check(struct try_form *form)
{
	bool by_hand = *try_form_get(form, "body") != '\0';
	bool names_model = form->route->action != NULL;
	if (*try_form_get(form, "model") == '\0' && (names_model || !by_hand))
		refuse(form, "model", N_("Name a model."));
	if (!by_hand)
		check_fields(form);
	return json_object_object_length(form->errors) == 0;
}

/* --- showing ------------------------------------------------------------- */

static struct json_object *
new_choice(const char *value, const char *title, bool chosen)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "value", value);
	json_set_text(o, "title", title);
	json_set_bool(o, "chosen", chosen);
	return o;
}

void
try_form_show(const struct try_form *form, struct json_object *data)
{
	struct json_object *routes = json_object_new_array();
	struct json_object *efforts = json_object_new_array();
	for (size_t i = 0; i < try_n_routes; i++)
		json_object_array_add(routes,
		    new_choice(try_routes[i].id, try_routes[i].title,
			&try_routes[i] == form->route));
	for (size_t i = 0; i < try_n_efforts; i++)
		json_object_array_add(efforts,
		    new_choice(try_efforts[i].name, try_efforts[i].name,
			text_same(try_form_get(form, "effort"),
			    try_efforts[i].name)));
	json_set(data, "routes", routes);
	json_set(data, "efforts", efforts);
	json_set_bool(data, "stream", form->stream);
	json_share(data, "form", form->fields);
	json_share(data, "errors", form->errors);
	json_set_bool(
	    data, "any_errors", json_object_object_length(form->errors) > 0);
}
