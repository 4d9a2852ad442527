// Original file: proto/forebay/v1/definitions.proto


export interface LifetimeWindowInput {
}

export interface LifetimeWindowMessage {
}
