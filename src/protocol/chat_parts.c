/* The table of content part types, and the texts among them. */
#include "protocol/chat_parts.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/json.h"
#include "protocol/chat_media.h"
#include "protocol/field.h"
#include "protocol/markdown_image.h"
#include "protocol/media_type.h"

#define BY_ANY (BY_SYSTEM | BY_USER | BY_ASSISTANT | BY_TOOL)
#define BY_SHOWING (BY_USER | BY_ASSISTANT | BY_TOOL)
#define BY_GIVING (BY_USER | BY_TOOL)

static chat_part_fn convert_text;

static const struct chat_media_class pictures = {
    MEDIA_SHOWN, 0, "image/jpeg", "invalid_image_url", "invalid_image_format"};
static const struct chat_media_class sounds = {MEDIA_AUDIO | MEDIA_VIDEO,
    MEDIA_AUDIO, NULL, "invalid_value", "invalid_value"};
static const struct chat_media_class films = {MEDIA_AUDIO | MEDIA_VIDEO,
    MEDIA_VIDEO, "video/mp4", "invalid_value", "invalid_value"};
static const struct chat_media_class files = {
    MEDIA_ANY, 0, NULL, "invalid_value", "invalid_value"};

static const struct chat_part_type part_types[] = {
    {"text", BY_ANY, convert_text, "text", NULL},
    {"input_text", BY_ANY, convert_text, "text", NULL},
    {"output_text", BY_ANY, convert_text, "text", NULL},
    {"refusal", BY_ASSISTANT, convert_text, "refusal", NULL},
    {"image_url", BY_SHOWING, chat_media_url, "image_url", &pictures},
    {"input_image", BY_SHOWING, chat_media_url, "image_url", &pictures},
    {"input_audio", BY_USER, chat_media_data, "input_audio", &sounds},
    {"input_video", BY_USER, chat_media_data, "input_video", &films},
    {"video_url", BY_USER, chat_media_url, "video_url", &films},
    {"file", BY_GIVING, chat_media_file, "file", &files},
    {"input_file", BY_GIVING, chat_media_file, NULL, &files},
};

static const struct chat_part_type *
type_named(const char *name)
{
	size_t i = 0;
	while (strcmp(part_types[i].name, name) != 0)
		i++;
	return &part_types[i];
}

/* --- texts --------------------------------------------------------------- */

void
chat_parts_add_text(struct json_object *parts, struct json_object *text)
{
	if (json_object_get_string_len(text) == 0)
		return;
	struct json_object *part = json_object_new_object();
	json_share(part, "text", text);
	json_object_array_add(parts, part);
}

/* A piece of a text, unless it is blank. */
static void
add_piece(struct json_object *parts, const char *text, size_t len)
{
	size_t i = 0;
	while (i < len && isspace((unsigned char)text[i]))
		i++;
	if (i == len)
		return;
	struct json_object *piece = json_object_new_string_len(text, (int)len);
	chat_parts_add_text(parts, piece);
	json_object_put(piece);
}

/* A picture in a text becomes a part of its own. False if it is none. */
static bool
add_drawn(const struct chat_part *picture, struct json_object *text,
    const struct markdown_image *image)
{
	const char *bytes = json_object_get_string(text);
	if (chat_media_inside(picture, text, image->url, image->url_len))
		return true;
	struct json_object *url =
	    json_object_new_string_len(bytes + image->url, (int)image->url_len);
	struct json_object *words = json_object_new_string_len(
	    bytes + image->start, (int)(image->end - image->start));
	bool ok = chat_media_linked(picture, url, words);
	json_object_put(url);
	json_object_put(words);
	return ok;
}

/*
 * A text, in which the pictures of an image model may have come back: as
 * Markdown, because its user has a program that knows nothing else. They
 * become pictures again. As text they would cost thousands of tokens; and
 * links tell a model that draws nothing of what it drew.
 */
static void
add_words(const struct chat_part *part, struct json_object *text)
{
	bool drawn = part->speaker == BY_ASSISTANT ||
	    (part->speaker == BY_USER && part->env->traits->image);
	const char *bytes = json_object_get_string(text);
	size_t len = (size_t)json_object_get_string_len(text);
	struct chat_part picture = *part;
	struct markdown_image image;
	size_t done = 0, from = 0;

	picture.type = type_named("image_url");
	picture.to = json_object_new_array();
	while (drawn &&
	    markdown_image_find(
		bytes, len, from, part->env->traits->image, &image)) {
		from = image.end;
		if (!add_drawn(&picture, text, &image))
			continue;
		size_t last = json_count(picture.to) - 1;
		add_piece(part->to, bytes + done, image.start - done);
		json_object_array_add(
		    part->to, json_object_get(json_at(picture.to, last)));
		done = image.end;
	}
	json_object_put(picture.to);
	if (done == 0)
		chat_parts_add_text(part->to, text);
	else
		add_piece(part->to, bytes + done, len - done);
}

static bool
convert_text(const struct chat_part *part)
{
	static const struct field_rule string = {FIELD_STRING, 0, 0};
	const char *member = part->type->member;
	struct json_object *text = json_get(part->part, member);
	char path[CHAT_MEMBER_SIZE];
	snprintf(path, sizeof(path), "%s.%s", part->path, member);

	if (text == NULL)
		return field_missing(path, part->error);
	if (!field_check(text, &string, path, part->error))
		return false;
	add_words(part, text);
	return true;
}

/* --- parts --------------------------------------------------------------- */

/* The row for a part's type, or NULL with the error set. */
static const struct chat_part_type *
type_of(const struct chat_part *part)
{
	const char *names[COUNT_OF(part_types)];
	const struct chat_part_type *rows[COUNT_OF(part_types)];
	size_t count = 0;
	for (size_t i = 0; i < COUNT_OF(part_types); i++) {
		if ((part_types[i].speakers & (int)part->speaker) == 0)
			continue;
		rows[count] = &part_types[i];
		names[count++] = part_types[i].name;
	}

	struct json_object *type = json_get(part->part, "type");
	char path[CHAT_MEMBER_SIZE];
	snprintf(path, sizeof(path), "%s.type", part->path);
	if (type == NULL) {
		(void)field_missing(path, part->error);
		return NULL;
	}
	int which = field_choose(type, names, count, path, part->error);
	return which < 0 ? NULL : rows[which];
}

/* Go through a list of parts; all of the given type, or NULL: of their own. */
static bool
convert_list(struct chat_part *part, struct json_object *list,
    const char *list_path, const struct chat_part_type *type)
{
	static const struct field_rule object = {FIELD_OBJECT, 0, 0};
	char path[FIELD_PATH_SIZE];
	part->path = path;
	for (size_t i = 0; i < json_count(list); i++) {
		part->part = json_at(list, i);
		snprintf(path, sizeof(path), "%s[%zu]", list_path, i);
		if (!field_check(part->part, &object, path, part->error))
			return false;
		part->type = type != NULL ? type : type_of(part);
		if (part->type == NULL || !part->type->convert(part))
			return false;
	}
	return true;
}

bool
chat_parts_convert(const struct chat_parts_env *env,
    struct json_object *content, const char *path, enum chat_speaker speaker,
    struct json_object *parts, struct api_error *error)
{
	struct chat_part part = {
	    .env = env, .speaker = speaker, .to = parts, .error = error};
	if (json_object_is_type(content, json_type_string)) {
		part.path = path;
		add_words(&part, content);
		return true;
	}
	return convert_list(&part, content, path, NULL);
}

bool
chat_parts_convert_images(const struct chat_parts_env *env,
    struct json_object *message, const char *path, struct json_object *parts,
    struct api_error *error)
{
	static const struct field_rule array = {FIELD_ARRAY, 0, 0};
	struct json_object *images = json_get(message, "images");
	struct chat_part part = {
	    .env = env, .speaker = BY_ASSISTANT, .to = parts, .error = error};
	char list_path[FIELD_PATH_SIZE];
	snprintf(list_path, sizeof(list_path), "%s.images", path);
	if (images == NULL)
		return true;
	return field_check(images, &array, list_path, error) &&
	    convert_list(&part, images, list_path, type_named("image_url"));
}
