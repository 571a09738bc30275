import Kernel

/// Papers and files of a run.
enum RunPaperPages {
    static func statement(_ request: MspRequest) async throws -> PageResponse {
        let person = try request.web.id("person")
        if let kept = try await StatementPapers.give(run: try request.web.id("id"), person: person, request) {
            return .download(Download(kept, isInline: true))
        }
        let papers = try await RunPapers.read(request)
        guard let line = papers.screen.line(of: person) else { throw Refusal.notFound }
        return .pdf(IndemnityStatement.document(papers.statement(line)), name: "releve-\(papers.screen.to)")
    }

    static func table(_ request: MspRequest) async throws -> PageResponse {
        let papers = try await RunPapers.read(request)
        return .file(
            bytes: RunExport.csv(papers), mediaType: "text/csv; charset=utf-8", name: "indemnites-\(papers.reference).csv", inline: false)
    }

    static func transfers(_ request: MspRequest) async throws -> PageResponse {
        let (bytes, name) = try await BankFiles.give(request)
        return .file(bytes: bytes, mediaType: "application/xml", name: name, inline: false)
    }
}

extension RunPapers {
    /// Number of the run, or its last day before it has one.
    var reference: String { screen.number ?? screen.to.description }

    func statement(_ line: IndemnityLine) -> IndemnityStatement.Statement {
        IndemnityStatement.Statement(
            msp: msp, person: screen.facts.name(line.person), profession: screen.facts.profession(line.person) ?? "",
            run: screen.name, number: screen.number, period: period, rules: screen.result.rules, line: line,
            executionOn: screen.executionOn, isPaid: screen.paidOn != nil,
            transfer: screen.currentFile?.transfers.first { $0.person == line.person },
            account: screen.accounts.accounts[line.person]?.account.masked)
    }
}
