extension FaultPlan {
    /// Something of everything that a client is expected to survive, at rates at which trading still gets on.
    ///
    /// Left out are changes of the contract, which should stop a desk, and faults of the exchange's life, which want a time and a market.
    public static func storm(seed: UInt64) -> FaultPlan {
        FaultPlan(
            seed: seed,
            [
                FaultRule(.dropFrame, frame: "orderbook_delta", chance: 0.002),
                FaultRule(.duplicateFrame, frame: "orderbook_delta", chance: 0.002),
                FaultRule(.reorderFrame, frame: "orderbook_delta", chance: 0.002),
                FaultRule(.dropFrame, frame: "fill", chance: 0.1),
                FaultRule(.duplicateFrame, frame: "fill", chance: 0.1),
                FaultRule(.dropFrame, frame: "user_order", chance: 0.1),
                FaultRule(.delayFrame(milliseconds: 300), chance: 0.001),
                FaultRule(.endSubscription(code: 25), frame: "orderbook_delta", chance: 0.0002),
                FaultRule(.breakSocket, chance: 0.0002),
                FaultRule(.closeSocket(code: 1012), chance: 0.0001),
                FaultRule(.lateAnswer(milliseconds: 200), operation: "CreateOrderV2", chance: 0.1),
                FaultRule(.serverError(status: 503, carriedOut: true), operation: "CreateOrderV2", chance: 0.05),
                FaultRule(.serverError(status: 503, carriedOut: false), operation: "CreateOrderV2", chance: 0.05),
                FaultRule(.lostAnswer(carriedOut: true), operation: "CreateOrderV2", chance: 0.05),
                FaultRule(.emptyAnswer, operation: "CreateOrderV2", chance: 0.05),
                FaultRule(.lostAnswer(carriedOut: true), operation: "CancelOrderV2", chance: 0.05),
                FaultRule(.staleRead(milliseconds: 400), operation: "CancelOrderV2", chance: 0.2),
                FaultRule(.tooManyRequests, chance: 0.02),
                FaultRule(.serverError(status: 500, carriedOut: false), chance: 0.01),
                FaultRule(.cutAnswer, operation: "GetPositions", chance: 0.05),
            ])
    }
}
