import Postgres

extension Download {
    /// Bytes of one slice: what a slow reader costs in memory, a few times over.
    static let slice = 262_144

    /// A file of `kernel.file`, read in slices as the other side takes them, so that it costs as little for a slow reader as for a
    /// quick one. Stored files never change, and each slice passes the gate again.
    /// - Parameters:
    ///   - row: `id`, `name`, `media_type` and `size` of the file, as its first four cells.
    ///   - isInline: opens in the browser's window when it is a PDF.
    ///   - read: one query through the gate of the request.
    public static func stored(
        _ row: Row, of msp: Identifier, isInline: Bool = false, read: @escaping @Sendable (Query) async throws -> ResultSet
    ) throws -> Download {
        let (id, size): (Identifier, Int) = (try row[0], try row[3])
        return Download(name: try row[1], mediaType: try row[2], size: size, isInline: isInline) { send in
            for start in stride(from: 0, to: size, by: slice) {
                let part = Query(
                    "select substr(content, $3, $4) from kernel.file where msp_id = $1 and id = $2", .id(msp), .id(id),
                    .int(start + 1), .int(slice))
                guard let found = try await read(part).first else { throw Refusal.notFound }
                try await send(try found[0])
            }
        }
    }
}
