/* The table of content part types and its converters. */
#include "protocol/chat_parts.h"

#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "protocol/field.h"

#define BY_ANY (BY_SYSTEM | BY_USER | BY_ASSISTANT)

struct part_type;

/* Append what the part becomes. path names the part. */
typedef bool part_fn(const struct part_type *type, struct json_object *part,
    const char *path, struct json_object *parts, struct api_error *error);

struct part_type {
	const char *name;
	int speakers;
	part_fn *convert;
	const char *member; /* for the converter: where the content is */
};

void
chat_parts_add_text(struct json_object *parts, struct json_object *text)
{
	if (json_object_get_string_len(text) == 0)
		return;
	struct json_object *part = json_object_new_object();
	json_share(part, "text", text);
	json_object_array_add(parts, part);
}

static bool
convert_text(const struct part_type *type, struct json_object *part,
    const char *path, struct json_object *parts, struct api_error *error)
{
	static const struct field_rule string = {FIELD_STRING, 0, 0};
	struct json_object *text = json_get(part, type->member);
	char member[FIELD_PATH_SIZE + 16];
	snprintf(member, sizeof(member), "%s.%s", path, type->member);

	if (text == NULL)
		return field_missing(member, error);
	if (!field_check(text, &string, member, error))
		return false;
	chat_parts_add_text(parts, text);
	return true;
}

/* Media of all kinds, until their converters are there. */
static bool
refuse_media(const struct part_type *type, struct json_object *part,
    const char *path, struct json_object *parts, struct api_error *error)
{
	char member[FIELD_PATH_SIZE + 16];
	snprintf(member, sizeof(member), "%s.type", path);
	(void)part, (void)parts;
	return api_error_set(error, FAULT_UNSUPPORTED_VALUE, member,
	    "Parts of type '%s' are not served by this version yet; text is.",
	    type->name);
}

static const struct part_type part_types[] = {
    {"text", BY_ANY | BY_TOOL, convert_text, "text"},
    {"input_text", BY_ANY | BY_TOOL, convert_text, "text"},
    {"output_text", BY_ANY | BY_TOOL, convert_text, "text"},
    {"refusal", BY_ASSISTANT, convert_text, "refusal"},
    {"image_url", BY_ANY, refuse_media, NULL},
    {"input_audio", BY_ANY, refuse_media, NULL},
    {"file", BY_ANY, refuse_media, NULL},
    {"video_url", BY_ANY, refuse_media, NULL},
};

/* The row for a part's type, or NULL with *error set. */
static const struct part_type *
type_of(struct json_object *part, const char *path, enum chat_speaker speaker,
    struct api_error *error)
{
	const char *names[COUNT_OF(part_types)];
	const struct part_type *rows[COUNT_OF(part_types)];
	size_t count = 0;
	for (size_t i = 0; i < COUNT_OF(part_types); i++) {
		if ((part_types[i].speakers & (int)speaker) == 0)
			continue;
		rows[count] = &part_types[i];
		names[count++] = part_types[i].name;
	}

	struct json_object *type = json_get(part, "type");
	char member[FIELD_PATH_SIZE + 16];
	snprintf(member, sizeof(member), "%s.type", path);
	if (type == NULL) {
		(void)field_missing(member, error);
		return NULL;
	}
	int which = field_choose(type, names, count, member, error);
	return which < 0 ? NULL : rows[which];
}

bool
chat_parts_convert(struct json_object *content, size_t message,
    enum chat_speaker speaker, struct json_object *parts,
    struct api_error *error)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	if (json_object_is_type(content, json_type_string)) {
		chat_parts_add_text(parts, content);
		return true;
	}

	for (size_t i = 0; i < json_count(content); i++) {
		struct json_object *part = json_at(content, i);
		char path[FIELD_PATH_SIZE];
		snprintf(path, sizeof(path), "messages[%zu].content[%zu]",
		    message, i);
		if (!field_check(part, &object, path, error))
			return false;
		const struct part_type *type =
		    type_of(part, path, speaker, error);
		if (type == NULL ||
		    !type->convert(type, part, path, parts, error))
			return false;
	}
	return true;
}
