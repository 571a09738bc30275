public import Foundation

extension Migration {
    /// Reads the SQL files of a module's `Migrations` resource folder, oldest first.
    /// Throws when the folder cannot be read, because a server without its migrations must not start.
    public static func files(in bundle: Bundle) throws(ModuleSetupError) -> [Migration] {
        guard let folder = bundle.resourceURL?.appendingPathComponent("Migrations"),
            let names = try? FileManager.default.contentsOfDirectory(atPath: folder.path)
        else { throw ModuleSetupError(["The migrations of \(bundle.bundlePath) cannot be read."]) }
        var migrations: [Migration] = []
        for name in names.sorted() where name.hasSuffix(".sql") {
            guard let sql = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8) else {
                throw ModuleSetupError(["The migration \(name) cannot be read."])
            }
            migrations.append(Migration(name: String(name.dropLast(4)), sql: sql))
        }
        return migrations
    }
}
