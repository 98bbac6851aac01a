import { type PrimitiveValueListNode, SqliteQueryCompiler, ValuesNode } from 'kysely';

/**
 * `in (...)` with one JSON parameter instead of one parameter a value: the text of the statement is
 * then the same for every page, so that it is built short and prepared once. The ledger compares
 * texts and whole numbers only, which JSON keeps apart.
 */
export class JsonListCompiler extends SqliteQueryCompiler {
	protected override visitPrimitiveValueList(list: PrimitiveValueListNode): void {
		// A row of an insert.
		if (this.parentNode && ValuesNode.is(this.parentNode)) {
			super.visitPrimitiveValueList(list);
			return;
		}
		this.append('(select value from json_each(');
		this.appendValue(JSON.stringify(list.values));
		this.append('))');
	}
}
