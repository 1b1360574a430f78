/* The trail of a request, told in plain words: for its page and for `keywheel
 * explain`. */
#ifndef KEYWHEEL_ADMIN_REQUEST_TRAIL_H
#define KEYWHEEL_ADMIN_REQUEST_TRAIL_H

struct json_object;

/* Sentences (admin/sentence.h) in order, of what keywheel.request_page() gives:
 * who asked for what, what each key was told and what that meant, waits, what
 * the client got, whose limit it was, tokens, times. An array of arrays, each
 * one step of the trail; the caller owns it. */
struct json_object *request_trail_make(struct json_object *data);

#endif
