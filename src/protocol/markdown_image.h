/* Pictures inside of Markdown texts, as data URLs or as links: how chat
 * programs keep what an image model drew, and send it back. */
#ifndef KEYWHEEL_PROTOCOL_MARKDOWN_IMAGE_H
#define KEYWHEEL_PROTOCOL_MARKDOWN_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"

/* ![words](data:image/png;base64,AAAA), by offsets into the text. */
struct markdown_image {
	size_t start, end;
	size_t url, url_len;
};

/* Find the next one from an offset on; links: also ![words](https://…) and
 * http://. False if there is none. */
MUSTCHECK bool markdown_image_find(const char *text, size_t len, size_t from,
    bool links, struct markdown_image *image);

#endif
