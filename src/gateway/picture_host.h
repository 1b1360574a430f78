/*
 * Image hosts: where pictures go that clients get by address. Which one says
 * UPLOAD_PROVIDER; the built-in store (gateway/picture_store.h) is that of
 * whoever has no account anywhere. Settings that are read: those of the group
 * Images.
 */
#ifndef KEYWHEEL_GATEWAY_PICTURE_HOST_H
#define KEYWHEEL_GATEWAY_PICTURE_HOST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/attr.h"
#include "base/buf.h"
#include "base/setting.h"

struct service;

/* Put a picture on the image host of the settings; url gets its address. mime
 * is what it is said to be, base64 its bytes, in any form of base64. It takes
 * no longer than limit_ms and UPLOAD_TIMEOUT, and ends when the client has
 * left. False if that failed, which has been logged and blames no key: the
 * picture is still the caller's, as base64. */
MUSTCHECK bool picture_host_put(struct service *s, const char *mime,
    const char *base64, size_t len, int64_t limit_ms, struct buf *url);

/* Shall the pictures of a chat be links (CHAT_PICTURE_LINKS)? */
bool picture_host_in_chat(const struct settings *set);

#endif
