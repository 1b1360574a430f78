/* Media into Gemini's parts. */
#include "protocol/chat_place.h"

#include <string.h>

#include "base/url.h"
#include "protocol/media_type.h"
#include "protocol/media_url.h"
#include "protocol/picture_type.h"

const char *
chat_member_text(const struct chat_member *m)
{
	return json_object_get_string(m->text);
}

size_t
chat_member_length(const struct chat_member *m)
{
	return (size_t)json_object_get_string_len(m->text);
}

static bool
is_third(const struct chat_part *part)
{
	enum model_family family = part->env->traits->family;
	return family == MODEL_G3A || family == MODEL_G3B;
}

/* `detail` means something to Gemini 3 and later, in turns of the user's and
 * the model's. */
static const char *
resolution(const struct chat_part *part, const struct chat_hints *hints)
{
	const struct model_traits *t = part->env->traits;
	if (!is_third(part) || t->image || t->tts || part->speaker == BY_TOOL ||
	    hints->detail == NULL)
		return NULL;
	return strcmp(hints->detail, "low") == 0 ? "MEDIA_RESOLUTION_LOW"
	    : strcmp(hints->detail, "high") == 0 ? "MEDIA_RESOLUTION_HIGH"
						 : NULL;
}

/* Append a part with a member, which is taken over; without one it is to be
 * filled later. A picture that the model drew comes back with its signature. */
static struct json_object *
add_part(const struct chat_part *part, const struct chat_hints *hints,
    const char *name, struct json_object *value)
{
	struct json_object *to = json_object_new_object();
	if (value != NULL)
		json_set(to, name, value);

	const char *level = resolution(part, hints);
	if (level != NULL) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "level", level);
		json_set(to, "mediaResolution", o);
	}
	struct json_object *signature = json_path(
	    part->part, "extra_content", "google", "thought_signature", NULL);
	if (part->speaker == BY_ASSISTANT && is_third(part) &&
	    json_object_is_type(signature, json_type_string))
		json_share(to, "thoughtSignature", signature);
	json_object_array_add(part->to, to);
	return to;
}

/* --- bytes --------------------------------------------------------------- */

static bool
refuse_kind(
    const struct chat_part *part, const struct chat_member *m, const char *type)
{
	if (*type == '\0')
		return api_error_set(part->error, FAULT_UNSUPPORTED_VALUE,
		    m->path,
		    "Invalid '%s': nothing tells of what type this is. Send "
		    "it as a data URL, or give it a name with an ending.",
		    m->path);
	return api_error_set_code(part->error, FAULT_BAD_VALUE,
	    part->type->media->bad_kind, m->path,
	    "Invalid '%s': a part of type '%s' cannot hold media of type "
	    "'%s'.",
	    m->path, part->type->name, type);
}

bool
chat_place_data(const struct chat_part *part, const struct chat_member *m,
    const struct data_url *url, const struct chat_hints *hints)
{
	uint8_t head[MEDIA_SNIFF_SIZE];
	size_t head_len = sizeof(head);
	struct json_object *payload =
	    data_url_payload(url, m->text, head, &head_len);
	if (payload == NULL)
		return api_error_set_code(part->error, FAULT_BAD_VALUE,
		    "invalid_base64", m->path,
		    "Invalid '%s': the data is not valid base64.", m->path);

	char name[MEDIA_TYPE_SIZE];
	media_type_read(url->type, url->type_len, name);
	const char *type =
	    media_type_believe(hints->said != NULL ? hints->said : name,
		media_type_sniff(head, head_len));
	if (*type == '\0' && hints->usual != NULL)
		type = hints->usual;
	if ((media_type_kind(type) & part->type->media->kinds) == 0) {
		json_object_put(payload);
		return refuse_kind(part, m, type);
	}

	struct json_object *data = json_object_new_object();
	json_set_text(data, "mimeType", type);
	json_set(data, "data", payload);
	add_part(part, hints, "inlineData", data);
	return true;
}

/* --- URLs ---------------------------------------------------------------- */

static bool
refuse_url(const struct chat_part *part, const struct chat_member *m)
{
	return api_error_set_code(part->error, FAULT_BAD_VALUE,
	    part->type->media->bad_url, m->path,
	    "Invalid '%s': expected a data URL, or an http or https URL "
	    "without a user and password.",
	    m->path);
}

/* The type under which Gemini can fetch a public URL, or NULL. The answers of
 * tools have room for bytes only. */
static const char *
type_for_gemini(const struct chat_part *part, const char *url,
    const struct chat_hints *hints)
{
	const char *type = media_type_of_name(url_rest(url));
	if (type == NULL ||
	    (media_type_kind(type) & part->type->media->kinds) == 0)
		type = hints->usual;
	return type != NULL && media_type_by_url(type) &&
		part->env->traits->reads_urls && part->speaker != BY_TOOL
	    ? type
	    : NULL;
}

/* Takes uri over. */
static void
add_file(const struct chat_part *part, const struct chat_hints *hints,
    const char *type, struct json_object *uri)
{
	struct json_object *data = json_object_new_object();
	if (type != NULL)
		json_set_text(data, "mimeType", type);
	json_set(data, "fileUri", uri);
	add_part(part, hints, "fileData", data);
}

static bool
add_fetch(const struct chat_part *part, const struct chat_member *m,
    const struct chat_hints *hints)
{
	const char *url = chat_member_text(m);
	/* What we have drawn and do not keep any more: a client cannot take it
	 * out of its history. */
	bool soft =
	    part->speaker == BY_ASSISTANT && picture_name_in(url) != NULL;
	struct json_object *instead =
	    soft ? json_object_new_string("[image]") : NULL;
	const struct chat_fetch_wish wish = {
	    .url = url,
	    .path = m->path,
	    .kinds = part->type->media->kinds,
	    .part = add_part(part, hints, NULL, NULL),
	    .instead = instead,
	};
	bool ok = chat_fetches_add(part->env->fetches, &wish, part->error);
	json_object_put(instead);
	return ok;
}

bool
chat_place_link(
    const struct chat_part *part, const char *url, struct json_object *instead)
{
	enum media_url kind =
	    media_url_kind(url, part->env->policy->url_allow_list);
	if (kind != MEDIA_URL_PUBLIC && kind != MEDIA_URL_FOREIGN)
		return false;
	const struct chat_fetch_wish wish = {
	    .url = url,
	    .path = part->path,
	    .kinds = MEDIA_IMAGE,
	    .part = add_part(part, &(struct chat_hints){0}, NULL, NULL),
	    .instead = instead,
	};
	return chat_fetches_add(part->env->fetches, &wish, part->error);
}

static bool
place_foreign(const struct chat_part *part, const struct chat_member *m,
    const struct chat_hints *hints)
{
	const char *text = chat_member_text(m);
	const char *type;
	if (strlen(text) != chat_member_length(m))
		return refuse_url(part, m);
	switch (media_url_kind(text, part->env->policy->url_allow_list)) {
	case MEDIA_URL_BAD:
		return refuse_url(part, m);
	case MEDIA_URL_FILE:
	case MEDIA_URL_YOUTUBE:
		add_file(part, hints, NULL, media_url_for_gemini(text));
		return true;
	case MEDIA_URL_PUBLIC:
		type = picture_name_in(text) != NULL
		    ? NULL /* we have it here */
		    : type_for_gemini(part, text, hints);
		if (type == NULL)
			break;
		add_file(part, hints, type, json_object_get(m->text));
		return true;
	case MEDIA_URL_FOREIGN:
		break;
	}
	return add_fetch(part, m, hints);
}

bool
chat_place_url(const struct chat_part *part, const struct chat_member *m,
    const struct chat_hints *hints)
{
	struct data_url url;
	if (data_url_split(chat_member_text(m), chat_member_length(m), &url))
		return chat_place_data(part, m, &url, hints);
	return place_foreign(part, m, hints);
}

bool
chat_place_file_id(const struct chat_part *part, const struct chat_member *m)
{
	const char *id = chat_member_text(m);
	if (strlen(id) != chat_member_length(m) ||
	    media_url_kind(id, NULL) != MEDIA_URL_FILE)
		return api_error_set(part->error, FAULT_BAD_VALUE, m->path,
		    "Invalid '%s': there is no such file.", m->path);
	add_file(part, &(struct chat_hints){0}, NULL, media_url_for_gemini(id));
	return true;
}
