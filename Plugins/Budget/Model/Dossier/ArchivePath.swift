import Foundation
import Kernel

/// Name of a file inside an archive: relative, with `/`, safe to unpack on every system. Only a checked one can exist.
struct ArchivePath: Sendable, Hashable, Comparable {
    /// Unicode NFC.
    let text: String

    /// - Throws: an `InputFault` that says what is wrong with the name.
    init(_ path: String) throws(InputFault) {
        let text = path.precomposedStringWithCanonicalMapping
        guard !text.isEmpty, text.utf8.count <= 200 else { throw InputFault("Un nom de fichier d’archive a de 1 à 200 octets.") }
        guard !text.hasPrefix("/") else {
            throw InputFault("« \(text) » est un chemin absolu : il sortirait du dossier où l’on décompresse.")
        }
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            guard !part.isEmpty else { throw InputFault("« \(text) » contient un dossier sans nom.") }
            guard part != ".", part != ".." else { throw InputFault("« \(text) » remonte hors du dossier où l’on décompresse.") }
            guard !part.hasSuffix("."), !part.hasSuffix(" "), !part.hasPrefix(" ") else {
                throw InputFault("« \(part) » commence ou finit par une espace ou un point : Windows changerait ce nom.")
            }
            guard !Self.reserved.contains(part.split(separator: ".").first.map { $0.uppercased() } ?? "") else {
                throw InputFault("« \(part) » est un nom réservé par Windows.")
            }
        }
        // Control characters, marks that turn the direction of writing, and what Windows forbids (a drive letter has its colon).
        let isSafe = text.unicodeScalars.allSatisfy {
            !Self.forbidden.contains($0) && $0.properties.generalCategory != .control && $0.properties.generalCategory != .format
                && $0.properties.generalCategory != .lineSeparator && $0.properties.generalCategory != .paragraphSeparator
        }
        guard isSafe else { throw InputFault("Un nom de fichier d’archive ne contient ni caractère de contrôle, ni \\ : * ? \" < > |.") }
        self.text = text
    }

    /// Order of bytes: the same on every machine and in every language.
    static func < (a: ArchivePath, b: ArchivePath) -> Bool { a.text.utf8.lexicographicallyPrecedes(b.text.utf8) }

    /// Two names that are one file where capitals do not count.
    var folded: String { text.lowercased() }

    private static let forbidden: Set<Unicode.Scalar> = ["\\", ":", "*", "?", "\"", "<", ">", "|"]
    private static let reserved: Set<String> = Set(
        ["CON", "PRN", "AUX", "NUL"] + (1...9).flatMap { ["COM\($0)", "LPT\($0)"] })
}
