import { answerJson } from './answer-json';
import { type FeastFeatures, getFeastFeatures } from './feast-features';
import { REQUEST_ID_HEADER } from './feast-project';
import type { FormMistake } from './form';
import { type HttpRoute, JSON_HEADERS, unprocessable } from './http-calls';
import { readJsonRequest } from './read-json-request';

/** `POST /get-online-features`. */
export function featuresRoute(feast: FeastFeatures): HttpRoute {
  return {
    path: '/get-online-features',
    async reply(body, call) {
      const request = readJsonRequest(body);
      if (isMistakes(request)) return unprocessable(request);
      const answer = await getFeastFeatures(feast, request, call);
      const name = answer.requestId === '' ? {} : { [REQUEST_ID_HEADER]: answer.requestId };
      return { status: 200, headers: { ...JSON_HEADERS, ...name }, body: answerJson(answer) };
    },
  };
}

const isMistakes = (read: ReturnType<typeof readJsonRequest>): read is readonly FormMistake[] =>
  Array.isArray(read);
