/** Lines of the log on their way to a collector. A log begins before there is a sender: its first lines wait here for it. */
export class LogOutbox {
  readonly #waiting: string[] = [];
  #send = (line: string): void => void this.#waiting.push(line);

  /** @param line one JSON object, without secrets */
  readonly put = (line: string): void => this.#send(line);

  /** Lines go to `send` from now on, those that waited at once. */
  connect(send: (line: string) => void): void {
    this.#send = send;
    for (const line of this.#waiting.splice(0)) send(line);
  }

  /** Lines that come now are not sent. */
  close(): void {
    this.#send = () => {};
  }
}
