internal import Kernel

extension FederationEndpoints {
    /// The federation's own letters, and what may still be done with them.
    static var mails: [PortalEndpoint] {
        [
            PortalEndpoint(
                .get, "federations/:federation/mails",
                summary: "Letters of the federation that wait for an answer, the latest first, and what became of each. "
                    + "Its agents are not told to whom.",
                responseSchema: JSONSchema.whole(FederationMail.schema), admit: { _ = try federation($0) }
            ) { request in
                let (_, credential, federation) = try federation(request)
                let rows = try await request.database.run(FederationMail.all(credential, federation))
                let data = try rows.map { try FederationMail(row: $0).json }
                return APIResponse.json { $0.value(.object([("data", .array(data))])) }
            },
            steering("retry", "Send a letter that waits for its next try at once. For administrators.", givesUp: false),
            steering("discard", "Give up a letter that waits for its next try. For administrators.", givesUp: true),
        ]
    }

    private static func steering(_ path: String, _ summary: String, givesUp: Bool) -> PortalEndpoint {
        PortalEndpoint(
            .post, "federations/:federation/mails/:id/\(path)", summary: summary, responseSchema: .null,
            contract: EndpointContract(success: 204, otherStatuses: [409]), admit: { _ = try federation($0, administering: true) }
        ) { request in
            let (_, credential, federation) = try federation(request, administering: true)
            try await FederationMail.steer(
                try request.web.id("id"), givesUp: givesUp, credential, federation, in: request.database)
            return APIResponse(status: 204, body: [])
        }
    }
}
