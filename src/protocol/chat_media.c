/* Media in the shapes that clients send them in. */
#include "protocol/chat_media.h"

#include <stdio.h>
#include <string.h>

#include "base/url.h"
#include "protocol/chat_place.h"
#include "protocol/media_type.h"

/* Room for the path of what holds the member. */
#define HOLDER_SIZE (FIELD_PATH_SIZE + 16)

/* Take a member of an object that is at a path. */
static bool
take_member(const struct chat_part *part, struct json_object *o,
    const char *path, const char *name, struct chat_member *m)
{
	static const struct field_rule string = {FIELD_STRING, 0, 0};
	snprintf(m->path, sizeof(m->path), "%s.%s", path, name);
	m->text = json_get(o, name);
	return m->text == NULL ||
	    field_check(m->text, &string, m->path, part->error);
}

/* The same of `detail`; without it the word stays what it was. */
static bool
take_detail(const struct chat_part *part, struct json_object *o,
    const char *path, struct chat_hints *hints)
{
	struct chat_member detail;
	if (!take_member(part, o, path, "detail", &detail))
		return false;
	if (detail.text != NULL)
		hints->detail = chat_member_text(&detail);
	return true;
}

/* The object in which the content is, and its path. */
static bool
take_holder(const struct chat_part *part, struct json_object **holder,
    char path[HOLDER_SIZE])
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	const char *name = part->type->member;
	if (name == NULL) {
		*holder = part->part;
		snprintf(path, HOLDER_SIZE, "%s", part->path);
		return true;
	}
	snprintf(path, HOLDER_SIZE, "%s.%s", part->path, name);
	*holder = json_get(part->part, name);
	if (*holder == NULL)
		return field_missing(path, part->error);
	return field_check(*holder, &object, path, part->error);
}

/* Without a URL there may be a file's id. */
static bool
place_id(const struct chat_part *part)
{
	struct chat_member id;
	char path[HOLDER_SIZE];
	if (!take_member(part, part->part, part->path, "file_id", &id))
		return false;
	if (id.text != NULL)
		return chat_place_file_id(part, &id);
	snprintf(path, sizeof(path), "%s.%s", part->path, part->type->member);
	return field_missing(path, part->error);
}

bool
chat_media_url(const struct chat_part *part)
{
	const char *name = part->type->member;
	struct json_object *holder = json_get(part->part, name);
	struct chat_hints hints = {.usual = part->type->media->usual};
	struct chat_member url;
	char path[HOLDER_SIZE];

	if (holder == NULL)
		return place_id(part);
	if (!take_detail(part, part->part, part->path, &hints))
		return false;
	if (json_object_is_type(holder, json_type_string))
		return take_member(part, part->part, part->path, name, &url) &&
		    chat_place_url(part, &url, &hints);

	if (!take_holder(part, &holder, path) ||
	    !take_member(part, holder, path, "url", &url) ||
	    !take_detail(part, holder, path, &hints))
		return false;
	return url.text == NULL ? field_missing(url.path, part->error)
				: chat_place_url(part, &url, &hints);
}

/* The type that a format's word means. Without a word a data URL or the bytes
 * tell. */
static bool
take_format(const struct chat_part *part, struct json_object *holder,
    const char *path, struct chat_hints *hints)
{
	struct chat_member format;
	if (!take_member(part, holder, path, "format", &format))
		return false;
	if (format.text == NULL)
		return true;
	hints->said = media_type_of_format(
	    chat_member_text(&format), part->type->media->formats);
	return hints->said != NULL ||
	    api_error_set(part->error, FAULT_BAD_VALUE, format.path,
		"Invalid '%s': this format is not known. Known are such as "
		"%s.",
		format.path,
		part->type->media->formats == MEDIA_AUDIO
		    ? "'wav', 'mp3' and 'flac'"
		    : "'mp4', 'mov' and 'webm'");
}

/* Bytes without a URL around them. */
static struct data_url
bare(const struct chat_member *m)
{
	return (struct data_url){.type = "",
	    .base64 = true,
	    .data = chat_member_text(m),
	    .len = chat_member_length(m)};
}

bool
chat_media_data(const struct chat_part *part)
{
	struct json_object *holder;
	struct chat_member data;
	struct chat_hints hints = {.usual = part->type->media->usual};
	struct data_url url;
	char path[HOLDER_SIZE];

	if (!take_holder(part, &holder, path) ||
	    !take_member(part, holder, path, "data", &data) ||
	    !take_format(part, holder, path, &hints))
		return false;
	if (data.text == NULL)
		return field_missing(data.path, part->error);
	if (!data_url_split(
		chat_member_text(&data), chat_member_length(&data), &url))
		url = bare(&data);
	return chat_place_data(part, &data, &url, &hints);
}

/* A data URL, a URL as with other vendors, or base64 alone. */
static bool
place_file_data(const struct chat_part *part, const struct chat_member *data,
    const struct chat_hints *hints)
{
	const char *text = chat_member_text(data);
	struct url ignored;
	if (data_url_is(text, chat_member_length(data)) ||
	    url_split(text, &ignored))
		return chat_place_url(part, data, hints);
	const struct data_url bytes = bare(data);
	return chat_place_data(part, data, &bytes, hints);
}

bool
chat_media_file(const struct chat_part *part)
{
	struct json_object *holder;
	struct chat_member data, url, id, name;
	struct chat_hints hints = {0};
	char path[HOLDER_SIZE];

	if (!take_holder(part, &holder, path) ||
	    !take_member(part, holder, path, "file_data", &data) ||
	    !take_member(part, holder, path, "file_url", &url) ||
	    !take_member(part, holder, path, "file_id", &id) ||
	    !take_member(part, holder, path, "filename", &name) ||
	    !take_detail(part, holder, path, &hints))
		return false;
	if (name.text != NULL)
		hints.usual = media_type_of_name(chat_member_text(&name));
	if (data.text != NULL)
		return place_file_data(part, &data, &hints);
	if (url.text != NULL)
		return chat_place_url(part, &url, &hints);
	return id.text == NULL ? field_missing(data.path, part->error)
			       : chat_place_file_id(part, &id);
}

bool
chat_media_inside(const struct chat_part *part, struct json_object *text,
    size_t offset, size_t len)
{
	const struct chat_hints hints = {.usual = part->type->media->usual};
	const struct chat_member m = {.text = text};
	struct api_error ignored = {0};
	struct chat_part quiet = *part;
	struct data_url url;
	quiet.error = &ignored;
	bool ok =
	    data_url_split(json_object_get_string(text) + offset, len, &url) &&
	    chat_place_data(&quiet, &m, &url, &hints);
	api_error_clear(&ignored);
	return ok;
}

bool
chat_media_linked(const struct chat_part *part, struct json_object *url,
    struct json_object *words)
{
	const char *text = json_object_get_string(url);
	return strlen(text) == (size_t)json_object_get_string_len(url) &&
	    chat_place_link(part, text, words);
}
