import { ForebayError } from '@forebay/contract';
import { type PushEvents, pushEvents } from '../push/push-events';
import { requirePush } from '../security/requirements';
import type { FeastCall } from './feast-features';
import { pushProjectOf } from './feast-project';
import { type HttpRoute, unprocessable } from './http-calls';
import { eventsOfFrame, readPushRequest } from './push-request';

/** `POST /push`: rows of a data frame become events of the source of that name. */
export function pushRoute(
  push: PushEvents,
  settings: { readonly feastProject?: string | undefined },
): HttpRoute {
  return {
    path: '/push',
    async reply(body, call: FeastCall) {
      const request = readPushRequest(body);
      if (!('columns' in request)) return unprocessable(request);
      const { source: name, columns, to } = request;
      const { current } = push.registry;
      const project = pushProjectOf({
        named: call.namedProject,
        configured: settings.feastProject,
        projects: current.projects,
        caller: call.caller,
        source: name,
      });
      requirePush(call.caller, project, name);
      const { source } = current.pushableSource(project, name, call.caller);
      if (to === 'offline') {
        throw new ForebayError(
          'invalid_request',
          'to "offline" alone is not possible: an event reaches the archive and the online values; push it to "online_and_offline", or load history with forebay load',
        );
      }
      const events = eventsOfFrame(source, columns);
      // as Feast, which takes a frame without rows
      if (events.length > 0) await pushEvents(push, { project, source: name, events, waitMs: 0 }, call);
      return { status: 200, headers: {}, body: '' };
    },
  };
}
