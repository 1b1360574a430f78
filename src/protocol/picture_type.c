/* Kinds of pictures. */
#include "protocol/picture_type.h"

#include <string.h>

#include "base/attr.h"
#include "base/base64.h"
#include "base/url.h"
#include "protocol/media_type.h"

static const struct picture_type types[] = {
    {"image/png", "png"},
    {"image/jpeg", "jpg"},
    {"image/webp", "webp"},
    {"image/gif", "gif"},
    {"image/avif", "avif"},
    {"image/bmp", "bmp"},
    {"image/heic", "heic"},
    {"image/heif", "heif"},
};

const struct picture_type *
picture_type_of(const char *said, const char *base64, size_t len)
{
	char name[MEDIA_TYPE_SIZE];
	uint8_t head[MEDIA_SNIFF_SIZE];
	size_t n = base64_peek(base64, len, head, sizeof(head));
	media_type_read(said, strlen(said), name);
	const char *type = media_type_believe(name, media_type_sniff(head, n));
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (n > 0 && type != NULL && strcmp(types[i].mime, type) == 0)
			return &types[i];
	return NULL;
}

const struct picture_type *
picture_type_of_name(const char *name)
{
	const char *dot = strrchr(name, '.');
	for (size_t i = 0; i < COUNT_OF(types); i++)
		if (dot != NULL && strcmp(types[i].ending, dot + 1) == 0)
			return &types[i];
	return NULL;
}

bool
picture_name_is(const char *name)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789";
	return strspn(name, letters) == PICTURE_NAME_SIZE &&
	    name[PICTURE_NAME_SIZE] == '.' &&
	    strchr(name + PICTURE_NAME_SIZE + 1, '.') == NULL &&
	    picture_type_of_name(name) != NULL;
}

const char *
picture_name_in(const char *url)
{
	const char *rest = url_rest(url);
	const char *name = rest == NULL ? NULL : strrchr(rest, '/');
	size_t len = strlen(PICTURE_PATH);
	if (name == NULL || (size_t)(++name - rest) < len ||
	    strncmp(name - len, PICTURE_PATH, len) != 0)
		return NULL;
	return picture_name_is(name) ? name : NULL;
}
