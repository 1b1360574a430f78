/*
 * POST /keys/do: what is to be done with keys, and with which. Fields:
 *
 *	action     delete disable enable export move reset restore verify
 *	key        the number of a key, any number of times; or
 *	matching   1: all keys that fit
 *	filter     this query of the list of keys; or
 *	task, code what came out of that task with this code
 *
 * The keys are put down in a task that asks whether it is to begin: what is
 * confirmed there is what is done.
 */
#ifndef KEYWHEEL_ADMIN_KEY_ACTIONS_H
#define KEYWHEEL_ADMIN_KEY_ACTIONS_H

struct route_match;
struct service;

void key_actions_serve(struct service *s, const struct route_match *match);

#endif
