/* Giving out a reply over time.  Pure: the clock is an argument. */
#ifndef FAKE_PLAY_H
#define FAKE_PLAY_H

#include "reply.h"

enum play_phase { PLAY_START, PLAY_BODY, PLAY_LAST, PLAY_OVER };

struct play {
	const struct reply *reply;
	enum play_phase phase;
	bool http10;
	bool keep;
	size_t sent;  /* bytes of the body */
	size_t piece; /* pieces gone entirely */
	uint64_t due; /* nothing is to go out before */
};

enum play_step {
	PLAY_WRITE,  /* send out, and when it has left ask again */
	PLAY_WAIT,   /* ask again when it is due */
	PLAY_SILENT, /* there will be nothing more, keep the connection */
	PLAY_DONE,   /* all is out, properly ended */
	PLAY_CUT     /* close the connection now */
};

/*
 * play_start(play, reply, http10, keep, now): keep says whether the connection
 *   may be used again afterwards; the reply must live as long as the play.
 * play_next(play, now, out): what to do; with PLAY_WRITE, bytes were appended
 *   to out, which must be empty when it is called.
 */
void play_start(struct play *, const struct reply *, bool, bool, uint64_t);
enum play_step play_next(struct play *, uint64_t, struct buf *);

#endif
