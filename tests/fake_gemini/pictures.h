/* Models that draw: generateContent with pictures in its answer, and Imagen's
 * predict. */
#ifndef FAKE_PICTURES_H
#define FAKE_PICTURES_H

#include "answers.h"

struct json_object;

/* The tokens of a picture, as Google counts one of its usual size. */
#define PICTURES_TOKENS 1290

/*
 * pictures_asked(root): does the body ask for pictures?
 * pictures_check(root, model, why): false: Google would not take it; why has
 *   the message of the 400.
 * pictures_event(out, answer, root, least): a whole answer, which is the one
 *   event of a stream: its words if they are wanted, and a picture whose base64
 *   has at least so many bytes.
 * pictures_predict(out, root, least, number, why): an answer of predict; false
 *   as pictures_check.
 *
 * Each picture is a PNG of one pixel with its number behind its end.
 */
bool pictures_asked(struct json_object *);
bool pictures_check(struct json_object *, const char *, struct buf *);
void pictures_event(
    struct buf *, const struct answer *, struct json_object *, size_t);
bool pictures_predict(
    struct buf *, struct json_object *, size_t, uint64_t, struct buf *);

#endif
