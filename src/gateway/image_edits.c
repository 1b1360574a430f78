/* POST /v1/images/edits: a form with pictures, and what is to become of them.
 */
#include <string.h>

#include "base/base64.h"
#include "base/json.h"
#include "gateway/endpoint.h"
#include "gateway/form.h"
#include "gateway/images_parts.h"
#include "gateway/service.h"
#include "protocol/field.h"
#include "protocol/media_type.h"

/* Files up to that size stay in memory. */
#define SMALL_FILE ((size_t)256 * 1024)

/* image, image[] and image[3] are pictures. */
static bool
is_picture_name(const char *name)
{
	if (strncmp(name, "image", 5) != 0)
		return false;
	name += 5;
	if (*name == '\0')
		return true;
	if (*name++ != '[')
		return false;
	name += strspn(name, "0123456789");
	return strcmp(name, "]") == 0;
}

/* What it is, by its bytes and by what it is said to be; false with *error set
 * if that is no picture. */
static bool
find_type(const struct form_part *part, const struct buf *base64,
    char name[MEDIA_TYPE_SIZE], struct api_error *error)
{
	uint8_t bytes[MEDIA_SNIFF_SIZE];
	size_t n =
	    base64_peek(buf_cstr(base64), base64->len, bytes, sizeof(bytes));
	media_type_read(part->type, strlen(part->type), name);
	const char *believed =
	    media_type_believe(name, media_type_sniff(bytes, n));
	if (part->size > 0 && believed != NULL &&
	    media_type_kind(believed) == MEDIA_IMAGE) {
		memmove(name, believed, strlen(believed) + 1);
		return true;
	}
	return api_error_set(error, FAULT_BAD_VALUE, "image",
	    part->size == 0 ? "Invalid 'image': the file is empty."
			    : "Invalid 'image': the file is no picture.");
}

/* A picture of the form, as Gemini takes it. */
static bool
add_picture(
    struct images *im, const struct form_part *part, struct api_error *error)
{
	char type[MEDIA_TYPE_SIZE];
	struct buf base64;
	if (part->filename == NULL)
		return api_error_set(error, FAULT_WRONG_TYPE, "image",
		    "Invalid type for 'image': expected a file.");
	buf_init(&base64, BUF_LARGE);
	bool ok = form_base64(part, &base64)
	    ? find_type(part, &base64, type, error)
	    : api_error_set(error, FAULT_INTERNAL, NULL,
		  "The gateway cannot read the file that it was sent.");
	if (ok) {
		struct json_object *picture = json_object_new_object();
		json_set_text(picture, "mimeType", type);
		json_set(picture, "data", json_new_taken(&base64));
		json_object_array_add(im->inputs, picture);
	}
	buf_clear(&base64);
	return ok;
}

static bool
add_field(
    struct images *im, const struct form_part *part, struct api_error *error)
{
	/* A mask may be a file; it is refused anyway. */
	bool file = part->filename != NULL;
	if (json_object_object_get_ex(im->body, part->name, NULL))
		return api_error_set(error, FAULT_BAD_VALUE, part->name,
		    "The form has several fields '%s'.", part->name);
	if (file && strcmp(part->name, "mask") != 0)
		return api_error_set(error, FAULT_WRONG_TYPE, part->name,
		    "Invalid type for '%s': expected a field, but got a file "
		    "instead.",
		    part->name);
	image_request_add_field(im->body, part->name,
	    file ? "" : buf_cstr(&part->text), file ? 0 : part->text.len);
	return true;
}

static bool
take_parts(struct images *im, const struct form *form, struct api_error *error)
{
	im->body = json_object_new_object();
	im->inputs = json_object_new_array();
	for (size_t i = 0; i < form->n; i++) {
		const struct form_part *part = &form->parts[i];
		bool picture = is_picture_name(part->name);
		if (!(picture ? add_picture(im, part, error)
			      : add_field(im, part, error)))
			return false;
	}
	return true;
}

static void
serve_edits(struct service *s, const struct route_match *match)
{
	struct images im;
	struct api_error error = {0};
	struct form form;
	(void)match;
	images_init(&im, s, "openai.images.edit");
	bool ok = form_take(s, im.live.token, &im.token_id,
		      SETTING_ID_MAX_BODY_MB, SMALL_FILE, &form, &error) &&
	    take_parts(&im, &form, &error);
	/* The files are not kept while the model draws. */
	form_clear(&form);
	images_serve(&im, ok, &error);
}

const struct endpoint endpoint_image_edits = {DIALECT_OPENAI, serve_edits};
