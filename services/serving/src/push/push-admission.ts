import { ForebayError } from '@forebay/contract';
import type { Admission } from '../server/admission';

/**
 * Which pushes are worked on: so many at a time. They wait for Kafka and for the stream, and cost this process little, so that what a
 * read's wait is judged by says nothing of theirs; and they must not weigh on what reads are judged by.
 */
export class PushAdmission implements Admission {
  #inFlight = 0;

  constructor(private readonly maxInFlight: number) {}

  admit(): ForebayError | null {
    if (this.#inFlight >= this.maxInFlight)
      return new ForebayError('overloaded', `${this.#inFlight} pushes are in flight: try again later`);
    this.#inFlight++;
    return null;
  }

  finished(): void {
    this.#inFlight--;
  }
}
