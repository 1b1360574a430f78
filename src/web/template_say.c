/* HTML templates: messages of ours in the reader's language, and times in the
 * reader's zone. */
#include <string.h>

#include "base/json.h"
#include "web/template.h"
#include "web/template_parts.h"

static bool
is_name_letter(char c)
{
	return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
	    (c >= '0' && c <= '9');
}

/* The value of $name, a part of which may stand behind a dot, or of $. alone;
 * *text is moved behind it. */
static struct json_object *
look_up_placeholder(const struct template_filling *f, const char **text)
{
	char name[TEMPLATE_MAX_NAME + 1];
	size_t len = 0;
	const char *from = *text;
	if (*from == '.') {
		*text = from + 1;
		return template_look_up(f, ".");
	}
	while (len < TEMPLATE_MAX_NAME &&
	    (is_name_letter(from[len]) ||
		(from[len] == '.' && len > 0 && is_name_letter(from[len + 1]))))
		len++;
	memcpy(name, from, len);
	name[len] = '\0';
	*text = from + len;
	return len == 0 ? NULL : template_look_up(f, name);
}

static void
write_message(const struct template_filling *f, const char *text)
{
	const char *dollar;
	while ((dollar = strchr(text, '$')) != NULL) {
		buf_add(f->out, text, (size_t)(dollar - text));
		text = dollar + 1;
		if (*text == '$') {
			buf_byte(f->out, '$');
			text++;
		} else {
			template_write(
			    f->out, look_up_placeholder(f, &text), false);
		}
	}
	buf_str(f->out, text);
}

/* The number that the form goes by: that of the first placeholder. It may be
 * written like 1,234. */
static int64_t
deciding_number(const struct template_filling *f, const char *text)
{
	struct json_object *value = NULL;
	const char *dollar = strchr(text, '$');
	if (dollar != NULL) {
		text = dollar + 1;
		value = look_up_placeholder(f, &text);
	}
	if (!json_object_is_type(value, json_type_string))
		return json_object_get_int64(value);
	int64_t number = 0;
	for (const char *c = json_object_get_string(value); *c != '\0'; c++)
		if (*c >= '0' && *c <= '9' && number < INT64_MAX / 10 - 9)
			number = number * 10 + (*c - '0');
	return number;
}

static const char *
translate(const struct template_filling *f, const char *one, const char *many,
    int64_t n)
{
	if (f->reader != NULL)
		return f->reader->say(f->reader->ctx, one, many, n);
	return many == NULL || n == 1 ? one : many;
}

void
template_fill_message(
    const struct template_filling *f, const struct template_node *node)
{
	const char *one = node->text;
	const char *many = node->len == 0 ? NULL : one + node->len;
	int64_t n = many == NULL ? 0 : deciding_number(f, many);
	write_message(f, translate(f, one, many, n));
}

void
template_fill_translated(const struct template_filling *f, const char *name)
{
	struct json_object *value = template_look_up(f, name);
	if (!json_object_is_type(value, json_type_string)) {
		template_write(f->out, value, false);
		return;
	}
	const char *text = translate(f, json_object_get_string(value), NULL, 0);
	template_escape(f->out, text, strlen(text));
}

/* As the reader has it, or as it is. */
static void
write_time(
    const struct template_filling *f, const char *utc, enum zone_form form)
{
	struct buf text;
	buf_init(&text, BUF_SMALL);
	if (f->reader != NULL)
		f->reader->tell_time(f->reader->ctx, utc, form, &text);
	else
		buf_str(&text, utc);
	template_escape(f->out, buf_cstr(&text), text.len);
	buf_clear(&text);
}

void
template_fill_time(
    const struct template_filling *f, const char *name, bool seconds)
{
	struct json_object *value = template_look_up(f, name);
	if (!json_object_is_type(value, json_type_string) ||
	    !template_is_true(value))
		return;
	const char *utc = json_object_get_string(value);
	buf_str(f->out, "<time datetime=\"");
	template_write(f->out, value, false);
	if (f->reader != NULL) {
		buf_str(f->out, "\" title=\"");
		write_time(f, utc, ZONE_WHOLE);
	}
	buf_str(f->out, "\">");
	write_time(f, utc, seconds ? ZONE_SECONDS : ZONE_MINUTES);
	buf_str(f->out, "</time>");
}
