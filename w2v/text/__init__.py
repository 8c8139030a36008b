"""From anything readable to tokens: sources give lines, tokenizers cut lines into words."""
